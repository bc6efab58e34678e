package io.synod.udp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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

    /** All buffers together are bounded by the system; so much is plenty for one source. */
    private static final int RECEIVE_BUFFER_BYTES_MAX = 2 << 20;

    /** A source that was silent for so long gives its lane to another, once there are no more. */
    static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A lane through which nothing came for so long, though its source was heard elsewhere, is of no use. */
    static final long UNUSED_NANOS = TimeUnit.SECONDS.toNanos(10);

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
    private final boolean supported;
    private final Map<InetSocketAddress, Lane> lanes = new HashMap<>();
    private final Set<InetSocketAddress> unreachable = new HashSet<>();
    private long noted;

    /** @param drops counts what the system dropped at the buffers of lanes that are closed */
    Lanes(DatagramChannel common, Selector selector, StandardProtocolFamily family, InetSocketAddress local,
            int receiveBufferBytes, LongAdder drops) {
        this.common = common;
        this.selector = selector;
        this.family = family;
        this.local = local;
        this.receiveBufferBytes = Math.min(receiveBufferBytes, RECEIVE_BUFFER_BYTES_MAX);
        this.drops = drops;
        this.supported = common.supportedOptions().contains(SHARED);
    }

    /** Returns whether the system has such sockets. */
    boolean areSupported() {
        return supported;
    }

    int size() {
        return lanes.size();
    }

    /**
     * Opens a lane for each of these sources that has none, as long as there is room. One to which the system does not connect
     * gets none, until all are closed.
     *
     * @throws IOException if the system has sockets share no port, or does not lead what comes from a source to its lane
     */
    void open(Set<InetSocketAddress> sources, long nowNanos) throws IOException {
        List<InetSocketAddress> wanted = new ArrayList<>();
        for (InetSocketAddress source : sources) {
            Lane lane = lanes.get(source);
            if (lane == null) {
                if (!unreachable.contains(source) && (hasRoom(wanted) || closeLongestSilent(nowNanos))) {
                    wanted.add(source);
                }
            } else if (!lane.used && nowNanos - lane.heardNanos > UNUSED_NANOS) {
                throw new IOException("what comes from " + source + " does not come to the socket connected to it");
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        // The system lets a socket join a port if all that stand there agree. They do for this moment alone, so that at
        // any other a second process with the same port fails to start.
        try {
            share(true);
            for (InetSocketAddress source : wanted) {
                Lane lane = connect(source, nowNanos);
                if (lane != null) {
                    lanes.put(source, lane);
                }
            }
        } finally {
            share(false);
        }
    }

    private boolean hasRoom(List<InetSocketAddress> wanted) {
        return lanes.size() + wanted.size() < LANES_MAX;
    }

    /** Returns null where the system refuses to connect to the source, which then may be whatever somebody wrote there. */
    private @Nullable Lane connect(InetSocketAddress source, long nowNanos) throws IOException {
        DatagramChannel channel = DatagramChannel.open(family);
        try {
            Lane lane = new Lane(source, channel, nowNanos);
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
            channel.setOption(SHARED, true);
            channel.bind(local);
            if (!isConnected(channel, source)) {
                channel.close();
                return null;
            }
            channel.register(selector, SelectionKey.OP_READ, lane);
            return lane;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private boolean isConnected(DatagramChannel channel, InetSocketAddress source) {
        try {
            channel.connect(source);
            return true;
        } catch (IOException | RuntimeException e) {
            if (unreachable.size() < LANES_MAX) {
                unreachable.add(source);
            }
            return false;
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

    /** Receives from the lane of a key that the selector found ready; a lane through which something came counts as heard. */
    void drain(SelectionKey key, FloodGuard.Drain drain, DatagramBatch batch, int datagramsMax, long nowNanos)
            throws ClosedChannelException {
        if (key.attachment() instanceof Lane lane) {
            int before = batch.size();
            drain.drain(lane.channel, batch, datagramsMax);
            if (batch.size() > before) {
                lane.used = true;
                lane.heardNanos = nowNanos;
            }
        }
    }

    /** Notes what the system dropped at the buffers of lanes, which are to be closed soon: it takes a while. */
    void countDrops() throws IOException {
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getByAddress(new byte[addressBytes()]), 0);
        noted = KernelDrops.read(local, null).orElse(0) - KernelDrops.read(local, nobody).orElse(0);
    }

    /** Closes all of them. What waits in them is lost. */
    void close() throws IOException {
        unreachable.clear();
        if (lanes.isEmpty()) {
            return;
        }
        drops.add(noted);
        noted = 0;
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
