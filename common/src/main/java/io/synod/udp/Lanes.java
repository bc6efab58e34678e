package io.synod.udp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that stand at the same port as a common one, each connected to one source: the system puts what comes from
 * that source into the buffer of its own, whatever the common one is flooded with. Nothing is sent from them. They belong
 * to one thread.
 */
final class Lanes {

    static final int LANES_MAX = 256;

    /** A source that was silent for so long gives its lane to another, once there are no more. */
    static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A lane through which nothing came for so long, though its source was heard elsewhere, is of no use. */
    static final long UNUSED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final SocketOption<Boolean> SHARED = StandardSocketOptions.SO_REUSEPORT;

    /** One of them; it is attached to its key. */
    private static final class Lane {
        private final InetSocketAddress source;
        private final DatagramChannel channel;
        private boolean used;
        private long heardNanos;

        Lane(InetSocketAddress source, DatagramChannel channel, long nowNanos) {
            this.source = source;
            this.channel = channel;
            this.heardNanos = nowNanos;
        }
    }

    private final DatagramChannel common;
    private final Selector selector;
    private final StandardProtocolFamily family;
    private final InetSocketAddress local;
    private final int receiveBufferBytes;
    private final LongAdder drops;
    private final Map<InetSocketAddress, Lane> lanes = new HashMap<>();

    /** @param drops counts what the system dropped at the buffers of lanes that are closed */
    Lanes(DatagramChannel common, Selector selector, StandardProtocolFamily family, InetSocketAddress local,
            int receiveBufferBytes, LongAdder drops) {
        this.common = common;
        this.selector = selector;
        this.family = family;
        this.local = local;
        this.receiveBufferBytes = receiveBufferBytes;
        this.drops = drops;
    }

    /** Returns whether the system has such sockets. */
    boolean areSupported() {
        return common.supportedOptions().contains(SHARED);
    }

    int size() {
        return lanes.size();
    }

    /**
     * Opens a lane for each of these sources that has none, as long as there is room.
     *
     * @throws IOException if the system refuses, or does not lead what comes from a source to its lane
     */
    void open(Set<InetSocketAddress> sources, long nowNanos) throws IOException {
        List<InetSocketAddress> wanted = new ArrayList<>();
        for (InetSocketAddress source : sources) {
            Lane lane = lanes.get(source);
            if (lane == null) {
                wanted.add(source);
            } else if (!lane.used && nowNanos - lane.heardNanos > UNUSED_NANOS) {
                throw new IOException("what comes from " + source + " does not come to the socket connected to it");
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        // The system lets a socket join a port if all that stand there agree. They do for this moment alone, so that at
        // any other a second process with the same port fails to start.
        share(true);
        try {
            for (InetSocketAddress source : wanted) {
                if (lanes.size() < LANES_MAX || closeLongestSilent(nowNanos)) {
                    lanes.put(source, connect(source, nowNanos));
                }
            }
        } finally {
            share(false);
        }
    }

    private Lane connect(InetSocketAddress source, long nowNanos) throws IOException {
        DatagramChannel channel = DatagramChannel.open(family);
        try {
            Lane lane = new Lane(source, channel, nowNanos);
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
            channel.setOption(SHARED, true);
            channel.bind(local);
            channel.connect(source);
            channel.register(selector, SelectionKey.OP_READ, lane);
            return lane;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void share(boolean agreed) throws IOException {
        common.setOption(SHARED, agreed);
        for (Lane lane : lanes.values()) {
            lane.channel.setOption(SHARED, agreed);
        }
    }

    private boolean closeLongestSilent(long nowNanos) throws IOException {
        Lane longest = null;
        long heardNanos = nowNanos - SILENT_NANOS;
        for (Lane lane : lanes.values()) {
            if (lane.heardNanos - heardNanos <= 0) {
                longest = lane;
                heardNanos = lane.heardNanos;
            }
        }
        if (longest == null) {
            return false;
        }
        lanes.remove(longest.source);
        drops.add(KernelDrops.read(local, longest.source).orElse(0));
        longest.channel.close();
        releaseClosed();
        return true;
    }

    /** A channel that is registered is closed for good by the next look of its selector, and takes datagrams until then. */
    private void releaseClosed() throws IOException {
        selector.selectNow(_ -> {});
    }

    /** Returns the channel of a key that the selector found ready, if it is a lane's, which counts as heard. */
    static @Nullable DatagramChannel heard(SelectionKey key, long nowNanos) {
        if (key.attachment() instanceof Lane lane) {
            lane.used = true;
            lane.heardNanos = nowNanos;
            return lane.channel;
        }
        return null;
    }

    /** Closes all of them. What waits in them is lost. */
    void close() throws IOException {
        if (lanes.isEmpty()) {
            return;
        }
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getByAddress(new byte[addressBytes()]), 0);
        drops.add(KernelDrops.read(local, null).orElse(0) - KernelDrops.read(local, nobody).orElse(0));
        for (Lane lane : lanes.values()) {
            lane.channel.close();
        }
        lanes.clear();
        releaseClosed();
    }

    private int addressBytes() {
        return family == StandardProtocolFamily.INET ? 4 : 16;
    }
}
