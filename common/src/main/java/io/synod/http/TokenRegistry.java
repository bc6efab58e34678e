package io.synod.http;

import io.synod.config.ConfigurationException;
import io.synod.config.HttpToken;
import io.synod.config.HttpTokens;
import io.synod.config.PaxosProperties;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens in force. Where some stand in a file it is looked at again at most once a second, when a token is presented; a
 * file that is gone or wrong leaves in force what was, and the log says so. Thread-safe.
 */
final class TokenRegistry {

    private static final Logger log = LoggerFactory.getLogger(TokenRegistry.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Read(byte @Nullable [] file, List<HttpToken> tokens) {}

    private final PaxosProperties.Security security;
    private final @Nullable Path file;
    private final LongSupplier nanoTime;
    private final AtomicLong lookedNanos;
    private volatile Read last;
    private volatile String told = "";

    /**
     * @param nanoTime the clock, in nanoseconds
     * @throws ConfigurationException if an entry is wrong
     */
    TokenRegistry(PaxosProperties.Security security, LongSupplier nanoTime) {
        this.security = security;
        this.nanoTime = nanoTime;
        this.file = HttpTokens.file(security);
        byte[] bytes = file == null ? null : HttpTokens.bytes(file);
        this.last = new Read(bytes, HttpTokens.read(security, bytes));
        this.lookedNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /** Returns whom a token is of; null if it is none. It takes as long whether it is the first, the last or none. */
    @Nullable
    Caller find(String presented) {
        List<HttpToken> tokens = current();
        if (presented.length() < HttpToken.CHARS_MIN || presented.length() > HttpToken.CHARS_MAX) {
            return null;
        }
        byte[] hash = HttpToken.hashOf(presented);
        HttpToken found = null;
        for (HttpToken token : tokens) {
            if (MessageDigest.isEqual(token.hash(), hash)) {
                found = token;
            }
        }
        return found == null ? null : new Caller(found.name(), found.role());
    }

    private List<HttpToken> current() {
        long now = nanoTime.getAsLong();
        long looked = lookedNanos.get();
        if (file != null && now - looked >= LOOK_NANOS && lookedNanos.compareAndSet(looked, now)) {
            look(file);
        }
        return last.tokens();
    }

    private void look(Path path) {
        try {
            byte[] bytes = HttpTokens.bytes(path);
            if (!Arrays.equals(bytes, last.file())) {
                List<HttpToken> tokens = HttpTokens.read(security, bytes);
                last = new Read(bytes, tokens);
                log.info("Tokens were read again: {}", tokens.stream().map(HttpToken::name).toList());
            }
            told = "";
        } catch (ConfigurationException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(told)) {
                told = why;
                log.error("The tokens of before stay in force: {}", why);
            }
        }
    }
}
