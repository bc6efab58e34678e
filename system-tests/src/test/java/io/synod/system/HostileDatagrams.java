package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/** Makes and sends datagrams that no service may act on, from datagrams that were once good. Follows from a seed. */
final class HostileDatagrams {

    /** What is wrong with a datagram. */
    enum Kind {
        RANDOM,
        TRUNCATED,
        WRONG_CLUSTER,
        WRONG_VERSION,
        CORRUPT,
        REPLAYED
    }

    // docs/wire-format.md
    private static final int VERSION_AT = 4;
    private static final int CLUSTER_ID_AT = 8;
    private static final int CHECK_BYTES = 4;

    private static final int RANDOM_BYTES_MAX = 1_500;
    private static final int BURST = 200;
    private static final long BURST_NANOS = 10_000_000;

    private final SplittableRandom random;
    private final List<byte[]> good;
    private final Map<Kind, Long> sent = new EnumMap<>(Kind.class);

    /** @param good datagrams that a service once took */
    HostileDatagrams(long seed, List<byte[]> good) {
        this.random = new SplittableRandom(seed);
        this.good = good;
    }

    /** Sends datagrams to ports of this host in turn, no faster than receivers read. */
    void send(int count, List<Integer> ports) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < count; i++) {
                byte[] datagram = next();
                socket.send(new DatagramPacket(datagram, datagram.length, loopback, ports.get(i % ports.size())));
                if (i % BURST == BURST - 1) {
                    LockSupport.parkNanos(BURST_NANOS);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns how many of a kind were sent. */
    long sent(Kind kind) {
        return sent.getOrDefault(kind, 0L);
    }

    private byte[] next() {
        Kind[] kinds = Kind.values();
        Kind kind = kinds[random.nextInt(kinds.length)];
        sent.merge(kind, 1L, Long::sum);
        byte[] base = good.get(random.nextInt(good.size()));
        return switch (kind) {
            case RANDOM -> randomBytes();
            case TRUNCATED -> Arrays.copyOf(base, random.nextInt(base.length));
            case WRONG_CLUSTER -> checked(changed(base, CLUSTER_ID_AT));
            case WRONG_VERSION -> checked(changed(base, VERSION_AT));
            case CORRUPT -> changed(base, random.nextInt(CLUSTER_ID_AT + Long.BYTES, base.length));
            case REPLAYED -> base;
        };
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[random.nextInt(RANDOM_BYTES_MAX)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Returns a copy with one byte changed. */
    private byte[] changed(byte[] base, int at) {
        byte[] copy = base.clone();
        copy[at] ^= (byte) random.nextInt(1, 256);
        return copy;
    }

    /** Makes the check at the end fit again. */
    private static byte[] checked(byte[] datagram) {
        CRC32C crc = new CRC32C();
        crc.update(datagram, 0, datagram.length - CHECK_BYTES);
        ByteBuffer.wrap(datagram).putInt(datagram.length - CHECK_BYTES, (int) crc.getValue());
        return datagram;
    }
}
