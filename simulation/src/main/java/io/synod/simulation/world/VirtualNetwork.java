package io.synod.simulation.world;

import io.synod.simulation.option.NetworkOptions;
import java.util.function.Consumer;

/**
 * A network that loses, doubles, delays, reorders, garbles and replays datagrams, and whose links can be cut or clogged
 * one way. Not thread-safe.
 */
public final class VirtualNetwork {

    private static final long STRAGGLE_NANOS_MAX = 400_000_000L;
    private static final long REPLAY_NANOS_MIN = 1_000_000_000L;
    private static final int GARBLED_BYTES_MAX = 4;

    private final EventQueue events;
    private final NetworkOptions options;
    private final SeededRandom random;
    private final Consumer<Packet> receiver;
    private final FaultCounts counts;
    private final int hosts;
    private final long[] cutUntilNanos;
    private final long[] cloggedUntilNanos;
    private boolean healed;

    /**
     * Creates a network.
     *
     * @param hosts how many hosts it joins, numbered from 0
     * @param receiver takes each datagram when it arrives
     */
    public VirtualNetwork(
            EventQueue events,
            NetworkOptions options,
            SeededRandom random,
            int hosts,
            FaultCounts counts,
            Consumer<Packet> receiver) {
        this.events = events;
        this.options = options;
        this.random = random;
        this.hosts = hosts;
        this.counts = counts;
        this.receiver = receiver;
        this.cutUntilNanos = new long[hosts * hosts];
        this.cloggedUntilNanos = new long[hosts * hosts];
    }

    /** Takes a datagram from a host. */
    public void send(Packet packet) {
        int from = packet.source().host();
        int link = from * hosts + packet.to();
        if (cutUntilNanos[link] > events.nowNanos()) {
            counts.cut++;
            return;
        }
        if (!healed && random.chance(options.loss())) {
            counts.lost++;
            return;
        }
        Packet sent = packet;
        if (!healed && random.chance(options.corruption())) {
            counts.garbled++;
            sent = packet.garbled(garble(packet.bytes()));
        }
        deliver(sent, link, latencyNanos());
        if (random.chance(options.duplication())) {
            counts.doubled++;
            deliver(sent.copy(), link, latencyNanos());
        }
        if (random.chance(options.replay())) {
            counts.replayed++;
            deliver(sent.copy(), link, random.logBetween(REPLAY_NANOS_MIN, options.replayNanosMax()));
        }
    }

    /** Cuts the link from one host to another for a while: what is sent is lost. */
    public void cut(int from, int to, long untilNanos) {
        int link = from * hosts + to;
        cutUntilNanos[link] = Math.max(cutUntilNanos[link], untilNanos);
    }

    /** Clogs the link from one host to another for a while: what is sent arrives afterwards, all at once. */
    public void clog(int from, int to, long untilNanos) {
        int link = from * hosts + to;
        cloggedUntilNanos[link] = Math.max(cloggedUntilNanos[link], untilNanos);
    }

    /** Ends all cuts, and every loss from here on. */
    public void heal() {
        healed = true;
        java.util.Arrays.fill(cutUntilNanos, 0);
        java.util.Arrays.fill(cloggedUntilNanos, 0);
    }

    private long latencyNanos() {
        long nanos = options.latencyNanosMin() + random.exponential(options.latencyNanosMean());
        if (random.chance(options.straggle())) {
            counts.straggled++;
            nanos += random.between(0, STRAGGLE_NANOS_MAX);
        }
        return nanos;
    }

    private void deliver(Packet packet, int link, long delayNanos) {
        long atNanos = events.nowNanos() + delayNanos;
        if (atNanos < cloggedUntilNanos[link]) {
            counts.held++;
            atNanos = cloggedUntilNanos[link];
        }
        events.at(atNanos, () -> receiver.accept(packet));
    }

    private byte[] garble(byte[] bytes) {
        byte[] garbled = bytes.clone();
        if (random.chance(0.3)) {
            return java.util.Arrays.copyOf(garbled, random.between(0, garbled.length - 1));
        }
        int at = random.between(0, garbled.length - 1);
        int end = Math.min(garbled.length, at + random.between(1, GARBLED_BYTES_MAX));
        for (int i = at; i < end; i++) {
            garbled[i] ^= (byte) random.between(1, 255);
        }
        return garbled;
    }
}
