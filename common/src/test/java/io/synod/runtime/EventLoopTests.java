package io.synod.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.RoleType;
import io.synod.protocol.message.Message;
import io.synod.role.Effects;
import io.synod.role.Output;
import io.synod.role.Role;
import io.synod.role.Sender;
import io.synod.role.Write;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopTests {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Said(String text) implements Output, Write {}

    /** A transport without a network, which counts what the loop does with it. */
    private static final class NoNetwork implements Transport {
        private final Semaphore wakeups = new Semaphore(0);
        private final AtomicInteger waits = new AtomicInteger();
        private final AtomicInteger flushes = new AtomicInteger();
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile @Nullable RuntimeException onReceive;

        @Override
        public void open() {}

        @Override
        public int receive(DatagramHandler handler) {
            RuntimeException e = onReceive;
            if (e != null) {
                throw e;
            }
            return 0;
        }

        @Override
        public void send(NodeId to, @Nullable SocketAddress learned, ByteBuffer datagram) {}

        @Override
        public void flush() {
            flushes.incrementAndGet();
        }

        @Override
        public void await(long nanosMax) throws IOException {
            waits.incrementAndGet();
            try {
                if (wakeups.tryAcquire(nanosMax, TimeUnit.NANOSECONDS)) {
                    wakeups.drainPermits();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void wakeup() {
            wakeups.release();
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /** A role that says when it starts, when its timer fires and when it stops. */
    private static final class Sayer implements Role {
        private long deadlineNanos = Long.MAX_VALUE;

        @Override
        public RoleType type() {
            return RoleType.ACCEPTOR;
        }

        @Override
        public void onStart(long nowNanos, Effects effects) {
            effects.output(new Said("start"));
        }

        @Override
        public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {}

        @Override
        public void onRound(long nowNanos, Effects effects) {
            if (nowNanos - deadlineNanos >= 0) {
                deadlineNanos = Long.MAX_VALUE;
                effects.output(new Said("timer"));
            }
        }

        @Override
        public long nextDeadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public void onStop(long nowNanos, Effects effects) {
            effects.output(new Said("stop"));
        }
    }

    private final NoNetwork network = new NoNetwork();
    private final Sayer role = new Sayer();
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> commits = new LinkedBlockingQueue<>();
    private Storage storage = (number, _) -> commits.add(number);
    private final Node node = new Node(
            NodeSettings.of(NodeType.ACCEPTOR, 0, 7, 1, new ClusterLayout(1, 1, 1, false), 1_472), List.of(role),
            (number, writes) -> storage.commit(number, writes), output -> said.add(((Said) output).text()), network,
            new SplittableRandom(1));
    private final EventLoop loop = new EventLoop(node, network, System::nanoTime, 4);

    @AfterEach
    void stop() throws InterruptedException {
        loop.stop();
        loop.awaitEnd(PATIENCE_NANOS);
    }

    @Test
    void aLoopStartsItsRolesRunsCallsAndLetsThemSayGoodbye() throws Exception {
        loop.start("test-loop");
        assertThat(next()).isEqualTo("start");
        String thread = loop.call((_, _) -> Thread.currentThread().getName(), PATIENCE_NANOS);
        assertThat(thread).isEqualTo("test-loop");
        loop.stop();
        assertThat(loop.awaitEnd(PATIENCE_NANOS)).isTrue();
        assertThat(next()).isEqualTo("stop");
        assertThat(loop.state()).isEqualTo(EventLoop.State.STOPPED);
        assertThat(network.closed.getCount()).isZero();
    }

    @Test
    void whatATaskRecordsIsCarriedOut() throws Exception {
        loop.start("test-loop");
        assertThat(next()).isEqualTo("start");
        assertThat(loop.execute((_, effects) -> effects.output(new Said("task")))).isTrue();
        assertThat(next()).isEqualTo("task");
    }

    @Test
    void aTimerFiresAtItsDeadlineThoughNothingArrives() throws Exception {
        loop.start("test-loop");
        assertThat(next()).isEqualTo("start");
        long before = System.nanoTime();
        loop.execute((nowNanos, _) -> role.deadlineNanos = nowNanos + 20_000_000);
        assertThat(next()).isEqualTo("timer");
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(20_000_000);
    }

    @Test
    void anIdleLoopWaits() throws Exception {
        loop.start("test-loop");
        assertThat(next()).isEqualTo("start");
        for (int i = 0; i < 100; i++) {
            loop.call((_, _) -> 1, PATIENCE_NANOS);
        }
        // Each call wakes it once at most; beyond that it comes round about once a second.
        assertThat(network.waits.get()).isLessThan(250);
    }

    @Test
    void aReportFromTheStoresThreadReleasesTheNextCommit() throws Exception {
        loop.start("test-loop");
        write("1");
        assertThat(commits.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
        write("2");
        loop.call((_, _) -> 1, PATIENCE_NANOS);
        assertThat(commits).as("one commit in flight at most").isEmpty();
        loop.committed(1);
        assertThat(commits.poll(10, TimeUnit.SECONDS)).isEqualTo(2);
        loop.commitFailed(2, new IOException("EIO"));
        // A round that has begun may still run the first call before it takes the report.
        loop.call((_, _) -> 1, PATIENCE_NANOS);
        write("3");
        Throwable failure = loop.call((_, _) -> node.storageFailure(), PATIENCE_NANOS);
        assertThat(failure).hasMessage("EIO");
        assertThat(commits).as("nothing is handed over after a failure").isEmpty();
    }

    @Test
    void memoryStorageReportsAtOnce() throws Exception {
        MemoryStorage memory = new MemoryStorage();
        memory.attach(loop);
        storage = memory;
        loop.start("test-loop");
        write("1");
        write("2");
        // All three may run in one round, before its end hands the writes over; the next call runs in another.
        loop.call((_, _) -> 1, PATIENCE_NANOS);
        loop.call((_, _) -> 1, PATIENCE_NANOS);
        assertThat(node.counters().commits()).isPositive();
        assertThat(loop.state()).isEqualTo(EventLoop.State.RUNNING);
    }

    @Test
    void aTaskThatThrowsFailsTheNodeAndCallersAreTold() throws Exception {
        loop.start("test-loop");
        CompletableFuture<Integer> answer = loop.call((_, _) -> {
            throw new IllegalStateException("broken");
        });
        assertThat(loop.awaitEnd(PATIENCE_NANOS)).isTrue();
        assertThat(answer).isCompletedExceptionally();
        assertThat(loop.state()).isEqualTo(EventLoop.State.FAILED);
        assertThat(loop.failure()).hasMessage("broken");
        assertThat(loop.execute((_, _) -> {})).isFalse();
        assertThatThrownBy(() -> loop.call((_, _) -> 1, PATIENCE_NANOS)).isInstanceOf(LoopUnavailableException.class)
                .hasMessageContaining("broken");
        assertThat(network.closed.getCount()).isZero();
    }

    @Test
    void callsBehindTheOneThatFailsTheNodeAreAnswered() throws Exception {
        loop.execute((_, _) -> {
            throw new IllegalStateException("broken");
        });
        CompletableFuture<Integer> behind = loop.call((_, _) -> 1);
        loop.start("test-loop");
        assertThat(loop.awaitEnd(PATIENCE_NANOS)).isTrue();
        assertThat(behind).failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class)
                .withMessageContaining("the loop has failed");
    }

    @Test
    void nothingIsSentOfARoundThatFails() throws Exception {
        loop.start("test-loop");
        assertThat(next()).isEqualTo("start");
        loop.call((_, _) -> 1, PATIENCE_NANOS);
        AtomicInteger flushes = new AtomicInteger();
        loop.execute((_, _) -> {
            flushes.set(network.flushes.get());
            throw new IllegalStateException("broken");
        });
        assertThat(loop.awaitEnd(PATIENCE_NANOS)).isTrue();
        assertThat(network.flushes.get()).isEqualTo(flushes.get());
    }

    @Test
    void anExceptionOutsideTheRolesIsNoSilentDeath() throws Exception {
        loop.start("test-loop");
        assertThat(next()).isEqualTo("start");
        network.onReceive = new IllegalArgumentException("the flow is broken");
        network.wakeup();
        assertThat(loop.awaitEnd(PATIENCE_NANOS)).isTrue();
        assertThat(loop.state()).isEqualTo(EventLoop.State.FAILED);
        assertThat(loop.failure()).hasMessage("the flow is broken");
    }

    @Test
    void aFullMailboxRefuses() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThat(loop.execute((_, effects) -> effects.output(new Said("waited")))).isTrue();
        }
        assertThat(loop.execute((_, _) -> {})).isFalse();
        assertThatThrownBy(() -> loop.call((_, _) -> 1, PATIENCE_NANOS)).isInstanceOf(LoopUnavailableException.class)
                .hasMessageContaining("full: 4");
        loop.start("test-loop");
        assertThat(next()).isEqualTo("start");
        assertThat(next()).isEqualTo("waited");
    }

    @Test
    void callsThatWaitWhenTheLoopEndsAreAnswered() throws Exception {
        CompletableFuture<Integer> answer = loop.call((_, _) -> 1);
        loop.stop();
        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void aLoopRunsOnce() throws Exception {
        loop.start("test-loop");
        assertThat(next()).isEqualTo("start");
        loop.stop();
        assertThat(loop.awaitEnd(PATIENCE_NANOS)).isTrue();
        assertThatThrownBy(loop::run).isInstanceOf(IllegalStateException.class).hasMessageContaining("STOPPED");
    }

    private void write(String text) {
        assertThat(loop.execute((_, effects) -> effects.write(new Said(text)))).isTrue();
    }

    private @Nullable String next() throws InterruptedException {
        return said.poll(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    }
}
