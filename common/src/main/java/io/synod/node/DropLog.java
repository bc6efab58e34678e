package io.synod.node;

import io.synod.protocol.codec.RejectReason;
import io.synod.runtime.Node;
import io.synod.udp.UdpEndpoint;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the log, at most once a minute each, how many datagrams were rejected for a reason, how many the system
 * dropped, and that a flood began. It reads the counters on a thread of its own: a flood costs the loop nothing more, and
 * the log a line a minute.
 */
final class DropLog implements AutoCloseable {

    static final long LINE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Logger log = LoggerFactory.getLogger(DropLog.class);
    private static final long LOOK_SECONDS = 5;

    private static final class Told {
        long count;
        long nanos;
    }

    private final Node node;
    private final UdpEndpoint endpoint;
    private final Map<String, Told> told = new TreeMap<>();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "paxos-drop-log");
        thread.setDaemon(true);
        return thread;
    });

    DropLog(Node node, UdpEndpoint endpoint) {
        this.node = node;
        this.endpoint = endpoint;
    }

    void start() {
        var _ = executor.scheduleWithFixedDelay(
                () -> look(System.nanoTime()), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** Writes a line for each kind that has more than at its last line, if that is a minute ago. */
    synchronized void look(long nowNanos) {
        for (RejectReason reason : RejectReason.values()) {
            tell(reason.tag(), node.counters().rejected(reason), nowNanos, more -> rejected(reason, more));
        }
        tell("flood", endpoint.counters().floods(), nowNanos, more -> log.warn(
                "{} floods of datagrams that are refused began since the last such line: in a flood strangers are read for"
                        + " a fiftieth of the time, and those that are known have sockets of their own",
                more));
        tell("system", endpoint.kernelDrops().orElse(0), nowNanos, more -> log.warn(
                "The system dropped {} datagrams since the last such line: its receive buffer was full", more));
    }

    private static void rejected(RejectReason reason, long more) {
        switch (reason) {
            // Belongs to every start, of this node or another: what is not admitted is asked for a token.
            case NOT_ADMITTED, LEFT_INCARNATION -> log.debug("Rejected {} datagrams: {}", more, reason.tag());
            case CLUSTER -> log.warn(
                    "Rejected {} datagrams since the last such line: cluster. Their senders have another"
                            + " cluster name, another number of acceptors, proposers or learners, or other quorums",
                    more);
            case KEY_ID -> log.warn("Rejected {} datagrams since the last such line: key_id. They are sealed with a key"
                    + " that is not in this node's ring, or were before: compare the files of keys"
                    + " (paxos.security.key-file)", more);
            case SEAL ->
                    log.warn("Rejected {} datagrams since the last such line: seal. They are forged, or sealed with"
                            + " another key of the same id", more);
            case UNSEALED -> log.warn("Rejected {} datagrams since the last such line: unsealed. Their senders have no"
                    + " cluster key, and this node has one", more);
            case SEALED ->
                    log.warn("Rejected {} datagrams since the last such line: sealed. Their senders have a cluster"
                            + " key, and this node has none (paxos.security.key-file)", more);
            default -> log.warn("Rejected {} datagrams since the last such line: {}", more, reason.tag());
        }
    }

    private void tell(String kind, long count, long nowNanos, LongConsumer line) {
        Told last = told.get(kind);
        if (last == null) {
            last = new Told();
            last.nanos = nowNanos - LINE_NANOS;
            told.put(kind, last);
        }
        if (count > last.count && nowNanos - last.nanos >= LINE_NANOS) {
            line.accept(count - last.count);
            last.count = count;
            last.nanos = nowNanos;
        }
    }
}
