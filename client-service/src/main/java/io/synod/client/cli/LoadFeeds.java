package io.synod.client.cli;

import io.synod.protocol.SessionId;
import io.synod.runtime.EventLoop;
import io.synod.udp.PeerAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The WebSockets by which a load learns of deliveries: one a session, which forwards that session's values alone. */
final class LoadFeeds implements AutoCloseable {

    private final @Nullable PeerAddress learner;
    private final Access access;
    private final LoadStatistics statistics;
    private final Map<Integer, ValueFeed> feeds = new ConcurrentHashMap<>();
    private volatile @Nullable ClosedLoopLoad load;
    private volatile @Nullable EventLoop loop;
    private volatile @Nullable CommandFailure failure;

    /**
     * @param learner where the learner-service answers; null for a load that learns of deliveries by itself
     * @param access how it is called
     */
    LoadFeeds(@Nullable PeerAddress learner, Access access, LoadStatistics statistics) {
        this.learner = learner;
        this.access = access;
        this.statistics = statistics;
    }

    /** Says whose values come back. */
    void attach(ClosedLoopLoad of, EventLoop in) {
        load = of;
        loop = in;
    }

    /** A lane opened a session: its values are read from there on. */
    void opened(int lane, SessionId session) {
        if (learner == null) {
            return;
        }
        ValueFeed feed = new ValueFeed(
                learner, access, String.valueOf(session.instance()), session.toString(), new LaneSink());
        ValueFeed before = feeds.put(lane, feed);
        if (before != null) {
            before.close();
        }
    }

    /** Throws if a feed has ended for good: then no value comes back over it. */
    void requireAlive() {
        CommandFailure known = failure;
        if (known != null) {
            throw known;
        }
    }

    @Override
    public void close() {
        feeds.values().forEach(ValueFeed::close);
    }

    private final class LaneSink implements ValueFeed.Sink {

        @Override
        public void onValue(long instance, int index, ByteBuffer value) {
            ClosedLoopLoad target = load;
            if (target == null || value.remaining() < LoadValues.STAMP_BYTES) {
                return;
            }
            LoadValues.Stamp stamp = LoadValues.Stamp.read(value);
            if (statistics.cameBack(stamp, System.nanoTime())) {
                target.cameBack(stamp.lane());
            }
        }

        /** Only to have the loop come round; if its mailbox is full it comes round anyway. */
        @Override
        public void onBatch() {
            EventLoop target = loop;
            if (target != null) {
                target.execute((nowNanos, effects) -> {});
            }
        }

        @Override
        public void onEnd(CommandFailure why) {
            failure = why;
        }
    }
}
