package io.synod.client.cli;

import io.synod.client.Admission;
import io.synod.client.Client;
import io.synod.client.ClientOutput;
import io.synod.client.ClientSettings;
import io.synod.client.ClientView;
import io.synod.learner.LearnerView;
import io.synod.protocol.Bytes;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.SessionLimits;
import io.synod.role.Output;
import io.synod.runtime.LoopUnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Values from one thread into the log, and their places out again, in order and with bounded memory: a value is kept until
 * its line is written, and when too many are kept the submitting thread waits.
 */
final class SubmitPipeline implements AutoCloseable {

    /** The largest value that is taken, in bytes. */
    static final int VALUE_BYTES_MAX = ProtocolLimits.VALUE_BYTES_USUAL;

    private static final long OUTSTANDING_BYTES_MAX = 32L << 20;
    private static final long WAIT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /**
     * What the user chose.
     *
     * @param outstanding how many values may be without an outcome
     * @param proposer the proposer to begin with
     * @param deadlineNanos when a value is given up
     * @param quiet whether to write no lines
     */
    record Options(int outstanding, int proposer, long deadlineNanos, boolean quiet) {}

    private final ConcurrentLinkedQueue<ClientOutput> outcomes = new ConcurrentLinkedQueue<>();
    private final Options options;
    private final Bytes[] values;
    private final PlaceWriter places;
    private final PrintWriter err;
    private final SubmitTally tally = new SubmitTally();
    private final long startNanos = System.nanoTime();
    private final Client[] clients = new Client[1];
    private final ClientProcess process;

    private final Thread submitter = Thread.currentThread();
    private final Thread writer = new Thread(this::writeOutcomes, "paxos-submit-writer");
    private volatile boolean closed;

    // Guarded by this object's monitor.
    private long submitted;
    private long completed;
    private long keptBytes;
    private @Nullable Exception failure;
    private boolean toldToWait;

    private SubmitPipeline(ClusterFile cluster, Options options, OutputStream out, PrintWriter err) {
        this.options = options;
        this.values = new Bytes[options.outstanding];
        this.places = new PlaceWriter(out);
        this.err = err;
        ClientSettings settings = settings(cluster, options);
        this.process = ClientProcess.start(
                cluster,
                (incarnation, random) -> clients[0] = new Client(settings, incarnation, random),
                this::onOutput);
    }

    /** Starts a client; what is decided is written to {@code out}, what a user should know meanwhile to {@code err}. */
    static SubmitPipeline start(ClusterFile cluster, Options options, OutputStream out, PrintWriter err) {
        SubmitPipeline pipeline = new SubmitPipeline(cluster, options, out, err);
        pipeline.writer.setDaemon(true);
        pipeline.writer.start();
        return pipeline;
    }

    private static ClientSettings settings(ClusterFile cluster, Options options) {
        try {
            return cluster.clientSettings()
                    .withProposer(options.proposer)
                    .withWindow(Math.min(options.outstanding, SessionLimits.FLOOR.windowMax()), 8L << 20)
                    .withQueue(options.outstanding, 2 * OUTSTANDING_BYTES_MAX)
                    .withDeadlineNanos(options.deadlineNanos);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "" + e.getMessage(), e);
        }
    }

    /** How many values were submitted: of the input, so many came first. */
    synchronized long submitted() {
        return submitted;
    }

    /** Submits values in order; waits while there is no room. Called by the thread that called {@link #start}. */
    void submit(List<Bytes> batch) {
        int from = 0;
        while (from < batch.size() && !isFailing()) {
            int to = keep(batch, from);
            if (to == from) {
                await();
                continue;
            }
            List<Bytes> group = batch.subList(from, to);
            while (!process.loop().execute((nowNanos, _) -> take(group, nowNanos)) && !isFailing()) {
                await();
            }
            from = to;
        }
    }

    /** Keeps as many values as there is room for, and returns the end of these. */
    private synchronized int keep(List<Bytes> batch, int from) {
        int to = from;
        while (to < batch.size() && hasRoom(batch.get(to))) {
            values[(int) (submitted++ % values.length)] = batch.get(to);
            keptBytes += batch.get(to).length();
            to++;
        }
        return to;
    }

    private boolean hasRoom(Bytes value) {
        long kept = submitted - completed;
        return kept < values.length && (kept == 0 || keptBytes + value.length() <= OUTSTANDING_BYTES_MAX);
    }

    /** Waits, for a while at most, until something was completed. */
    private void await() {
        LockSupport.parkNanos(this, WAIT_NANOS_MAX);
        process.requireAlive();
        tellWhyItWaits();
    }

    private void take(List<Bytes> group, long nowNanos) {
        Admission admission = clients[0].submit(0, group, nowNanos);
        if (!admission.isTaken()) {
            fail(new IllegalStateException("the client took " + group.size() + " values not: " + admission.status()));
        }
    }

    /** Whether a value was not delivered, or something else went wrong, so that nothing more should be submitted. */
    synchronized boolean isFailing() {
        return failure != null || tally.isFailing();
    }

    private synchronized void fail(Exception cause) {
        failure = failure == null ? cause : failure;
        LockSupport.unpark(submitter);
    }

    /** On the loop's thread. */
    private void onOutput(Output output) {
        if (output instanceof ClientOutput outcome) {
            boolean wasEmpty = outcomes.isEmpty();
            outcomes.add(outcome);
            if (wasEmpty) {
                LockSupport.unpark(writer);
            }
        }
    }

    private void writeOutcomes() {
        try {
            while (!closed) {
                ClientOutput outcome = outcomes.poll();
                if (outcome != null) {
                    write(outcome);
                    complete(outcome);
                } else {
                    places.flush();
                    LockSupport.parkNanos(this, WAIT_NANOS_MAX);
                }
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void write(ClientOutput outcome) throws IOException {
        if (!options.quiet && outcome instanceof ClientOutput.Decided decided) {
            for (int i = 0; i < decided.count(); i++) {
                Bytes value = values[(int) ((decided.firstTicket() - 1 + i) % values.length)];
                int index = decided.firstIndex() < 0 ? decided.firstIndex() : decided.firstIndex() + i;
                places.write(decided.instance(), index, value);
            }
        }
    }

    private synchronized void complete(ClientOutput outcome) {
        int count = tally.add(outcome);
        for (int i = 0; i < count; i++) {
            keptBytes -= values[(int) (completed++ % values.length)].length();
        }
        LockSupport.unpark(submitter);
    }

    private synchronized boolean isWaitingForTheCluster() {
        boolean waits = !toldToWait && !tally.wasOpened() && System.nanoTime() - startNanos > PATIENCE_NANOS;
        toldToWait |= waits;
        return waits;
    }

    /** Says once why nothing happens, when no session was opened for a while. */
    private void tellWhyItWaits() {
        if (!isWaitingForTheCluster()) {
            return;
        }
        ClientView view;
        try {
            view = process.loop().call((nowNanos, _) -> clients[0].view(nowNanos), TimeUnit.SECONDS.toNanos(1));
        } catch (LoopUnavailableException _) {
            return;
        }
        List<LearnerView.AcceptorView> acceptors = view.learner().acceptors();
        long answering = acceptors.stream().filter(LearnerView.AcceptorView::registered).count();
        err.println("synod: waiting for the cluster: " + answering + " of " + acceptors.size() + " acceptors answer, "
                + (view.leader() < 0 ? "no proposer leads" : "proposer " + view.leader() + " leads"));
        err.flush();
    }

    /** Waits until every value has its outcome and its line is written. Called by the thread that called {@link #start}. */
    SubmitTally finish() throws IOException {
        while (!isComplete()) {
            await();
        }
        places.flush();
        tally.end(System.nanoTime() - startNanos);
        return tally;
    }

    private synchronized boolean isComplete() {
        Exception cause = failure;
        if (cause != null) {
            throw new CommandFailure(ExitStatus.FAILED, "cannot go on: " + cause.getMessage(), cause);
        }
        return completed == submitted;
    }

    @Override
    public void close() {
        closed = true;
        process.close();
    }
}
