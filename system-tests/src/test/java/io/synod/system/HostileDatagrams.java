package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
        REPLAYED,
        /** In plain text, by the name of one who seals. */
        UNSEALED,
        /** Sealed, it says, with a key that nobody has. */
        OTHER_KEY,
        /** By the name and life of a node that is known, newer than what it sent, with contents of the forger's own. */
        FORGED,
        /** The beginning of one and the end of another. */
        MIXED
    }

    /** Those for clusters whose datagrams are plain, and so have a check that anybody can make. */
    static final Set<Kind> OF_PLAIN =
            EnumSet.of(Kind.RANDOM, Kind.TRUNCATED, Kind.WRONG_CLUSTER, Kind.WRONG_VERSION, Kind.CORRUPT,
                    Kind.REPLAYED);

    // docs/wire-format.md
    private static final int VERSION_AT = 4;
    private static final int FLAGS_AT = 5;
    private static final int KEY_ID_AT = 6;
    private static final int CLUSTER_ID_AT = 8;
    private static final int SEQUENCE_AT = 24;
    private static final int HEADER_BYTES = 36;
    private static final int CHECK_BYTES = 4;

    private static final int RANDOM_BYTES_MAX = 1_500;
    private static final int BURST = 200;
    private static final long BURST_NANOS = 10_000_000;
    private static final int ANSWER_BYTES_MAX = 65_535;
    private static final long ANSWER_NANOS_MAX = 500_000_000;

    private final SplittableRandom random;
    private final List<byte[]> good;
    private final List<Kind> kinds;
    private final Map<Kind, Long> sent = new EnumMap<>(Kind.class);

    /** @param good datagrams that a service once took */
    HostileDatagrams(long seed, List<byte[]> good, Set<Kind> kinds) {
        this.random = new SplittableRandom(seed);
        this.good = good;
        this.kinds = List.copyOf(kinds);
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

    /**
     * Sends datagrams to ports of this host in turn, as fast as the system takes them.
     *
     * @return how many came back
     */
    int flood(Duration time, List<Integer> ports) {
        long endNanos = System.nanoTime() + time.toNanos();
        return flood(() -> System.nanoTime() - endNanos >= 0, ports);
    }

    /** The same until it is to end. */
    int flood(BooleanSupplier isOver, List<Integer> ports) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(loopback, 0)).configureBlocking(false);
            List<InetSocketAddress> targets =
                    ports.stream().map(port -> new InetSocketAddress(loopback, port)).toList();
            ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
            int answers = 0;
            for (int i = 0; !isOver.getAsBoolean(); i++) {
                channel.send(ByteBuffer.wrap(next()), targets.get(i % targets.size()));
                if (i % BURST == 0 && channel.receive(answer.clear()) != null) {
                    answers++;
                }
            }
            long quietNanos = System.nanoTime() + ANSWER_NANOS_MAX;
            while (System.nanoTime() - quietNanos < 0) {
                if (channel.receive(answer.clear()) != null) {
                    answers++;
                }
                LockSupport.parkNanos(BURST_NANOS);
            }
            return answers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns how many were sent. */
    long sent() {
        return sent.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns how many of a kind were sent. */
    long sent(Kind kind) {
        return sent.getOrDefault(kind, 0L);
    }

    private byte[] next() {
        Kind kind = kinds.get(random.nextInt(kinds.size()));
        sent.merge(kind, 1L, Long::sum);
        byte[] base = good.get(random.nextInt(good.size()));
        return switch (kind) {
            case RANDOM -> randomBytes();
            case TRUNCATED -> Arrays.copyOf(base, random.nextInt(base.length));
            case WRONG_CLUSTER -> checked(changed(base, CLUSTER_ID_AT));
            case WRONG_VERSION -> checked(changed(base, VERSION_AT));
            case CORRUPT -> changed(base, random.nextInt(CLUSTER_ID_AT + Long.BYTES, base.length));
            case REPLAYED -> base;
            case UNSEALED -> unsealed(base);
            case OTHER_KEY -> changed(base, KEY_ID_AT);
            case FORGED -> forged(base);
            case MIXED -> mixed(base, good.get(random.nextInt(good.size())));
        };
    }

    private static byte[] unsealed(byte[] base) {
        byte[] copy = base.clone();
        copy[FLAGS_AT] = 0;
        copy[KEY_ID_AT] = 0;
        return checked(copy);
    }

    private byte[] forged(byte[] base) {
        byte[] copy = base.clone();
        ByteBuffer header = ByteBuffer.wrap(copy);
        header.putLong(SEQUENCE_AT, header.getLong(SEQUENCE_AT) + random.nextInt(1, 1 << 20));
        for (int i = HEADER_BYTES; i < copy.length; i++) {
            copy[i] = (byte) random.nextInt();
        }
        return copy;
    }

    /** At least the last byte is the other's, whose tag it is. */
    private byte[] mixed(byte[] base, byte[] other) {
        byte[] copy = Arrays.copyOf(base, Math.max(base.length, HEADER_BYTES + 1));
        int from = random.nextInt(HEADER_BYTES, copy.length);
        for (int i = from; i < copy.length; i++) {
            copy[i] = (byte) (other[i % other.length] + 1);
        }
        return copy;
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
