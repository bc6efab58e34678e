package io.synod.http;

import io.synod.config.HttpToken;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tickets, each of which opens one WebSocket in the name of whom it was given to. Browsers cannot send a token with a WebSocket
 * but in its URL, and URLs are written to logs; a ticket there is spent when somebody reads it. It is good once, for {@value #SECONDS}
 * seconds, at the service that gave it. Bounded: {@value #EACH_MAX} to each token, of which the oldest goes first. Thread-safe.
 */
public final class Tickets {

    /** How long a ticket is good. */
    public static final int SECONDS = 30;
    static final int EACH_MAX = 64;

    private static final int BYTES = 32;

    private record Given(@Nullable Caller caller, long endNanos) {}

    private final SecureRandom random = new SecureRandom();
    private final LongSupplier nanoTime;
    /** By the hash of the ticket, so that how long a look takes tells nothing of those that are there; the oldest first. */
    private final Map<String, Given> given = new LinkedHashMap<>();

    /** @param nanoTime the clock, in nanoseconds */
    Tickets(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Gives a ticket to someone; null for anyone, where no tokens are in force. */
    String give(@Nullable Caller caller) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        long now = nanoTime.getAsLong();
        synchronized (given) {
            given.values().removeIf(other -> other.endNanos() - now <= 0);
            makeRoom(caller);
            given.put(key(ticket), new Given(caller, now + TimeUnit.SECONDS.toNanos(SECONDS)));
        }
        return ticket;
    }

    private void makeRoom(@Nullable Caller caller) {
        String name = name(caller);
        long own = given.values().stream().filter(other -> name(other.caller()).equals(name)).count();
        Iterator<Given> eldest = given.values().iterator();
        while (own >= EACH_MAX && eldest.hasNext()) {
            if (name(eldest.next().caller()).equals(name)) {
                eldest.remove();
                own--;
            }
        }
    }

    private static String name(@Nullable Caller caller) {
        return caller == null ? "" : caller.name();
    }

    /** Returns to whom a ticket was given, and takes it; null if it is none, was used, or is too old. */
    @Nullable
    Caller redeem(String ticket) {
        Given found;
        synchronized (given) {
            found = given.remove(key(ticket));
        }
        return found == null || found.endNanos() - nanoTime.getAsLong() <= 0 ? null : found.caller();
    }

    private static String key(String ticket) {
        return HexFormat.of().formatHex(HttpToken.hashOf(ticket));
    }
}
