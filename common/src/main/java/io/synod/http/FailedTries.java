package io.synod.http;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Slows down whoever tries tokens: a source may fail {@value #BURST} times in a row and once a second from then on; beyond, its wrong tokens are
 * answered alike and count no further. A source is an IPv4 address, or the first half of an IPv6 one, of which a host has as many as it likes; nobody is
 * kept out for what another did. Who sends no token at all has not tried one. The table is bounded: where it is full, the source
 * goes that failed the longest ago. Thread-safe.
 */
final class FailedTries {

    static final int BURST = 20;
    static final int SOURCES_MAX = 4_096;

    private static final long RECOVER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int IPV6_NETWORK_BYTES = 8;

    /** Until when a source has failures left to recover from; it is used up when that is as far away as the burst takes. */
    private final Map<String, Long> sources = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > SOURCES_MAX;
        }
    };

    /** Returns whether what a source presents is looked at. */
    synchronized boolean mayTry(String address, long nowNanos) {
        Long until = sources.get(source(address));
        return until == null || until - nowNanos <= (BURST - 1) * RECOVER_NANOS;
    }

    /** A source presented what is no token. */
    synchronized void failed(String address, long nowNanos) {
        String source = source(address);
        Long until = sources.get(source);
        long from = until == null || until - nowNanos < 0 ? nowNanos : until;
        sources.put(source, from + RECOVER_NANOS);
    }

    synchronized int size() {
        return sources.size();
    }

    private static String source(String address) {
        if (!address.contains(":")) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.ofLiteral(address.replaceFirst("%.*", "")).getAddress();
            return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, IPV6_NETWORK_BYTES));
        } catch (IllegalArgumentException e) {
            return address;
        }
    }
}
