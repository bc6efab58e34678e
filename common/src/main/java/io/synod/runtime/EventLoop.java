package io.synod.runtime;

import io.synod.role.Effects;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives a {@link Node} on one thread: drain what the socket has, take the store's report, run what the mailbox holds,
 * end the round, send, and wait for the next datagram or deadline. It neither spins nor sleeps while there is work.
 *
 * <pre>
 *   NEW ──run()──▶ RUNNING ──stop()──▶ STOPPED
 *    │                │
 *    │                └─ a role or the loop threw ──▶ FAILED
 *    └──stop()──▶ STOPPED
 * </pre>
 *
 * The node belongs to the thread of {@link #run}; all other methods may be called by any thread. A loop runs once.
 */
public final class EventLoop implements Runnable, CommitReports {

    /** Where a loop is in its life. */
    public enum State {
        NEW, RUNNING, STOPPED, FAILED
    }

    /** How many tasks may wait in the mailbox, by default. */
    public static final int MAILBOX_TASKS_MAX = 4_096;

    private static final int TASKS_PER_ROUND_MAX = 256;
    /** A loop that waits comes round this often, so that its last round tells whether it lives. */
    private static final long WAIT_NANOS_MAX = 1_000_000_000L;

    private sealed interface Report permits Durable, NotDurable {}

    private record Durable(long number) implements Report {}

    private record NotDurable(long number, Throwable cause) implements Report {}

    private final Node node;
    private final Transport transport;
    private final LongSupplier nanoClock;
    private final int mailboxTasksMax;
    private final ConcurrentLinkedQueue<Mail> mailbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger mailboxTasks = new AtomicInteger();
    /** One commit is in flight at most, so one place is enough and a report is never refused. */
    private final AtomicReference<@Nullable Report> report = new AtomicReference<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final DatagramHandler handler = this::onDatagram;

    private volatile boolean waiting;
    private volatile boolean stopRequested;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread thread;
    private volatile long lastRoundNanos;
    private final AtomicLong rounds = new AtomicLong();
    /** The time of the round; the loop's thread alone. */
    private long roundNanos;

    /** A task that waits for its turn, and whom to tell when it will not have one. */
    private record Mail(LoopTask task, @Nullable CompletableFuture<?> answer) {}

    public EventLoop(Node node, Transport transport) {
        this(node, transport, System::nanoTime, MAILBOX_TASKS_MAX);
    }

    public EventLoop(Node node, Transport transport, LongSupplier nanoClock, int mailboxTasksMax) {
        this.node = node;
        this.transport = transport;
        this.nanoClock = nanoClock;
        this.mailboxTasksMax = mailboxTasksMax;
        this.lastRoundNanos = nanoClock.getAsLong();
    }

    /** Opens the transport and runs the loop on a new daemon thread. */
    public void start(String threadName) throws IOException {
        transport.open();
        Thread loopThread = new Thread(this, threadName);
        loopThread.setDaemon(true);
        loopThread.start();
    }

    /** Runs the loop on the calling thread until it is stopped or fails; the transport is open already, and closed after. */
    @Override
    public void run() {
        if (!state.compareAndSet(State.NEW, State.RUNNING)) {
            throw new IllegalStateException("a loop runs once; this one is " + state.get());
        }
        thread = Thread.currentThread();
        try {
            roundNanos = nanoClock.getAsLong();
            node.start(roundNanos);
            endRound();
            while (!stopRequested && !node.isFailed()) {
                round();
            }
            if (!node.isFailed()) {
                roundNanos = nanoClock.getAsLong();
                node.stop(roundNanos);
                if (!node.isFailed()) {
                    transport.flush();
                }
            }
            end(node.failure());
        } catch (Throwable e) {
            // Whatever it is, nobody drives the node any more: this must be seen from outside.
            end(e);
        }
    }

    private void end(@Nullable Throwable cause) {
        failure = cause;
        state.set(cause == null ? State.STOPPED : State.FAILED);
        transport.close();
        ended.countDown();
        refuseMailbox();
    }

    private void round() throws IOException {
        roundNanos = nanoClock.getAsLong();
        int received = transport.receive(handler);
        boolean reported = takeReport();
        int tasks = runTasks();
        if (received > 0 || tasks > 0 || reported || roundNanos - node.nextDeadlineNanos() >= 0) {
            endRound();
        } else {
            // Reached only after a drain that found nothing: what came in during the last round is not waited on.
            await();
        }
    }

    private void endRound() throws IOException {
        node.endRound(roundNanos);
        if (node.isFailed()) {
            return; // what the transport holds is of the pass that failed, and is dropped when it is closed
        }
        transport.flush();
        rounds.lazySet(rounds.getPlain() + 1);
        lastRoundNanos = roundNanos;
    }

    private void await() throws IOException {
        lastRoundNanos = roundNanos;
        long deadlineNanos = node.nextDeadlineNanos();
        long nanos = deadlineNanos == Long.MAX_VALUE ? WAIT_NANOS_MAX
                : Math.min(deadlineNanos - roundNanos, WAIT_NANOS_MAX);
        // Said before looking: whoever puts something in after the look sees that it must wake the loop.
        waiting = true;
        if (mailboxTasks.get() == 0 && report.get() == null && !stopRequested) {
            transport.await(nanos);
        }
        waiting = false;
    }

    private boolean onDatagram(ByteBuffer datagram, SocketAddress source) {
        return node.receive(datagram, source, roundNanos);
    }

    private int runTasks() {
        // What comes in meanwhile waits for the next round, so that callers cannot hold up the network.
        int bound = Math.min(mailboxTasks.get(), TASKS_PER_ROUND_MAX);
        for (int ran = 0; ran < bound; ran++) {
            // What a failed node would not run stays for end(), which tells those who wait for it.
            Mail mail = node.isFailed() ? null : mailbox.poll();
            if (mail == null) {
                return ran;
            }
            mailboxTasks.decrementAndGet();
            node.execute(mail.task, roundNanos);
        }
        return bound;
    }

    private boolean takeReport() {
        if (report.get() == null) {
            return false;
        }
        return switch (report.getAndSet(null)) {
            case Durable r -> {
                node.committed(r.number, roundNanos);
                yield true;
            }
            case NotDurable r -> {
                node.commitFailed(r.number, r.cause, roundNanos);
                yield true;
            }
            case null -> false;
        };
    }

    /**
     * Puts a task into the mailbox, to be run on the loop's thread in a coming round.
     *
     * @return false when the mailbox is full or the loop has ended: the task will not run
     */
    public boolean execute(LoopTask task) {
        return put(new Mail(task, null));
    }

    /**
     * Asks the loop for something, which is computed on its thread.
     *
     * @return what the call returned; completed exceptionally by {@link LoopUnavailableException} when the mailbox is
     *         full or the loop has ended, or by what the call threw
     */
    public <T extends @Nullable Object> CompletableFuture<T> call(LoopCall<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        LoopTask task = (nowNanos, effects) -> answer(call, answer, nowNanos, effects);
        if (!put(new Mail(task, answer))) {
            answer.completeExceptionally(unavailable());
        }
        return answer;
    }

    private static <T extends @Nullable Object> void answer(LoopCall<T> call, CompletableFuture<T> answer,
            long nowNanos, Effects effects) {
        try {
            answer.complete(call.call(nowNanos, effects));
        } catch (RuntimeException | Error e) {
            // The caller learns of it, and so does the node, for which it is a broken invariant like any other.
            answer.completeExceptionally(e);
            throw e;
        }
    }

    /**
     * As {@link #call(LoopCall)}, and waits for the answer. Not to be called on the loop's thread.
     *
     * @throws LoopUnavailableException when the loop did not answer in time, is full, has ended, or the call threw
     */
    public <T extends @Nullable Object> T call(LoopCall<T> call, long timeoutNanos) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("the loop's own thread cannot wait for the loop");
        }
        try {
            return call(call).get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new LoopUnavailableException(
                    "the loop did not answer within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoopUnavailableException("interrupted while waiting for the loop", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LoopUnavailableException unavailable) {
                throw unavailable;
            }
            throw new LoopUnavailableException("the call failed on the loop: " + e.getCause(), e);
        }
    }

    private boolean put(Mail mail) {
        if (isEnded()) {
            return false;
        }
        if (mailboxTasks.incrementAndGet() > mailboxTasksMax) {
            mailboxTasks.decrementAndGet();
            return false;
        }
        mailbox.add(mail);
        wakeIfWaiting();
        if (isEnded()) {
            // The loop may have emptied its mailbox for good just before this came in.
            refuseMailbox();
        }
        return true;
    }

    private void refuseMailbox() {
        for (Mail mail = mailbox.poll(); mail != null; mail = mailbox.poll()) {
            mailboxTasks.decrementAndGet();
            if (mail.answer != null) {
                mail.answer.completeExceptionally(unavailable());
            }
        }
    }

    private LoopUnavailableException unavailable() {
        Throwable cause = failure;
        return switch (state.get()) {
            case NEW, RUNNING -> new LoopUnavailableException(
                    "the loop's mailbox is full: " + mailboxTasksMax + " tasks wait");
            case STOPPED -> new LoopUnavailableException("the loop has stopped");
            case FAILED -> new LoopUnavailableException("the loop has failed: " + cause, cause);
        };
    }

    @Override
    public void committed(long number) {
        if (Thread.currentThread() == thread) {
            node.committed(number, roundNanos);
        } else {
            put(new Durable(number));
        }
    }

    @Override
    public void commitFailed(long number, Throwable cause) {
        if (Thread.currentThread() == thread) {
            node.commitFailed(number, cause, roundNanos);
        } else {
            put(new NotDurable(number, cause));
        }
    }

    private void put(Report newReport) {
        if (!report.compareAndSet(null, newReport)) {
            throw new IllegalStateException("a commit reported while " + report.get()
                    + " is not taken: " + newReport + "; one is in flight at most");
        }
        wakeIfWaiting();
    }

    private void wakeIfWaiting() {
        if (waiting && Thread.currentThread() != thread) {
            transport.wakeup();
        }
    }

    /** Asks the loop to stop in good order: roles say goodbye, what they say is sent, the socket is closed. */
    public void stop() {
        stopRequested = true;
        if (state.compareAndSet(State.NEW, State.STOPPED)) {
            transport.close();
            ended.countDown();
            refuseMailbox();
        } else {
            transport.wakeup();
        }
    }

    /** Waits until the loop has ended. Returns false when it had not in time. */
    public boolean awaitEnd(long timeoutNanos) throws InterruptedException {
        return ended.await(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    public State state() {
        return state.get();
    }

    private boolean isEnded() {
        State s = state.get();
        return s == State.STOPPED || s == State.FAILED;
    }

    /** Returns why the loop failed; null while it has not. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Returns for how long the loop has not come round, in nanoseconds; about a second at most while it is well. */
    public long sinceLastRoundNanos() {
        return nanoClock.getAsLong() - lastRoundNanos;
    }

    /** Returns how many rounds had something to do. */
    public long rounds() {
        return rounds.get();
    }

    /** Returns how many tasks wait in the mailbox. */
    public int mailboxTasks() {
        return mailboxTasks.get();
    }
}
