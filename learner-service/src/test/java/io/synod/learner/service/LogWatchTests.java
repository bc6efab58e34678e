package io.synod.learner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import io.synod.learner.storage.RecordDamagedException;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LogWatchTests {

    private static final SessionId MINE = new SessionId(7, 3);
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private final DeliveredLog log = new DeliveredLog(1 << 12, 1L << 30);
    private final LogWatch watch = new LogWatch(log);

    @AfterEach
    void close() {
        watch.close();
    }

    private void mine(long instance) {
        log.append(Deliveries.of(instance, Deliveries.run(MINE, instance, 0, Bytes.ofUtf8("mine"))));
    }

    @Test
    void whoWantsEveryValueIsWokenByTheInstanceItWaitsFor() throws Exception {
        try (ExecutorService followers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<@Nullable Position>> woken = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Position from = new Position(1L + i % 7, 0);
                woken.add(followers.submit(() -> {
                    try (LogWatch.Follower follower = watch.follow(null)) {
                        return follower.await(from, LONG);
                    }
                }));
            }
            for (long instance = 1; instance <= 7; instance++) {
                log.append(Deliveries.of(instance, instance, "v"));
            }
            for (int i = 0; i < woken.size(); i++) {
                assertThat(woken.get(i).get()).isEqualTo(new Position(1L + i % 7, 0));
            }
        }
    }

    @Test
    void whatIsThereAlreadyIsNotWaitedFor() throws Exception {
        log.append(Deliveries.of(1, 1, "v"));
        try (LogWatch.Follower follower = watch.follow(null)) {
            assertThat(follower.await(new Position(1, 1), LONG)).isEqualTo(new Position(1, 1));
            assertThat(follower.await(new Position(2, 0), 1_000_000)).isNull();
        }
    }

    @Test
    void whoWantsOneSessionIsWokenByItsValuesAloneAndGoesOnThere() throws Exception {
        CountDownLatch follows = new CountDownLatch(1);
        try (ExecutorService followers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<@Nullable Position> woken = followers.submit(() -> {
                try (LogWatch.Follower follower = watch.follow(MINE)) {
                    follows.countDown();
                    return follower.await(new Position(1, 0), LONG);
                }
            });
            follows.await();
            for (long instance = 1; instance <= 2_000; instance++) {
                log.append(Deliveries.of(instance, instance, "not mine"));
            }
            assertThat(woken.isDone()).isFalse();
            mine(2_001);
            assertThat(woken.get()).isEqualTo(new Position(2_001, 0));
        }
    }

    @Test
    void valuesThatWentUnseenWakeWhoMayHaveWantedThem() throws Exception {
        DeliveredLog small = new DeliveredLog(2, 1L << 20);
        try (LogWatch busy = new LogWatch(small); LogWatch.Follower follower = busy.follow(MINE)) {
            Position next = null;
            long instance = 0;
            // The log forgets faster than it is looked at; the follower finds out, since it is sent to what is gone.
            while (next == null) {
                for (int i = 0; i < 64; i++) {
                    instance++;
                    small.append(Deliveries.of(instance, instance, "not mine"));
                }
                next = follower.await(new Position(1, 0), TimeUnit.MILLISECONDS.toNanos(1));
            }
            assertThat(next.instance()).isLessThanOrEqualTo(instance);
        }
    }

    @Test
    void aThousandIdleFollowersAreNotWokenByWhatIsNotForThem() throws Exception {
        int count = 1_000;
        CountDownLatch follow = new CountDownLatch(2 * count);
        try (ExecutorService followers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<@Nullable Position>> woken = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                woken.add(followers.submit(() -> follow(MINE, new Position(1, 0), follow)));
                woken.add(followers.submit(() -> follow(null, new Position(3_000, 0), follow)));
            }
            follow.await();
            for (long instance = 1; instance < 3_000; instance++) {
                log.append(Deliveries.of(instance, instance, "not mine"));
            }
            assertThat(woken).noneMatch(Future::isDone);
            mine(3_000);
            for (Future<@Nullable Position> each : woken) {
                assertThat(each.get()).isEqualTo(new Position(3_000, 0));
            }
        }
    }

    private @Nullable Position follow(@Nullable SessionId only, Position from, CountDownLatch follow)
            throws InterruptedException {
        try (LogWatch.Follower follower = watch.follow(only)) {
            follow.countDown();
            return follower.await(from, LONG);
        }
    }

    @Test
    void everybodyWhoReadsAndFollowsSeesEachValueOnceWhileTheLogGrows() throws Exception {
        int instances = 4_000;
        CountDownLatch follow = new CountDownLatch(8);
        try (ExecutorService followers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> read = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                SessionId only = i % 2 == 0 ? MINE : null;
                read.add(followers.submit(() -> {
                    follow.countDown();
                    return readAll(only, instances);
                }));
            }
            follow.await();
            for (long instance = 1; instance <= instances; instance++) {
                mine(instance);
            }
            for (Future<Long> each : read) {
                assertThat(each.get()).isEqualTo(instances);
            }
        }
    }

    private long readAll(@Nullable SessionId only, long last) throws InterruptedException {
        long[] numbers = {0};
        Position position = new Position(1, 0);
        try (LogWatch.Follower follower = watch.follow(only)) {
            while (true) {
                position = log.read(position, 100, 1 << 20, (instance, index, session, number, value) -> {
                    if (number != numbers[0] + 1) {
                        throw new IllegalStateException(number + " after " + numbers[0]);
                    }
                    numbers[0] = number;
                });
                if (position.instance() > last) {
                    return numbers[0];
                }
                if (position.instance() > log.last()) {
                    Position more = follower.await(position, LONG);
                    position = more == null ? position : more;
                }
            }
        }
    }

    @Test
    void waitingEndsWhenTheLearnerStopsAndWhenTheFollowerIsReleased() throws Exception {
        try (ExecutorService followers = Executors.newVirtualThreadPerTaskExecutor();
                LogWatch.Follower released = watch.follow(MINE)) {
            Future<@Nullable Position> one = followers.submit(() -> released.await(new Position(1, 0), LONG));
            released.release();
            assertThat(one.get()).isNull();
            Future<@Nullable Position> other =
                    followers.submit(() -> follow(null, new Position(1, 0), new CountDownLatch(1)));
            log.stop("below the trim point", false);
            assertThat(other.get()).isNull();
        }
    }

    /** One thread looks at values for all who want one session's: what it cannot read, those find out for themselves. */
    @Test
    void damageWakesThoseWhoWantOneSessionAndEndsNobodysWaitingForWhatComesAfterIt() throws Exception {
        AtomicLong last = new AtomicLong(4);
        DeliveredLog damaged = mock(DeliveredLog.class, withSettings().stubOnly());
        when(damaged.last()).thenAnswer(_ -> last.get());
        when(damaged.await(anyLong(), anyLong())).thenAnswer(_ -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            return false;
        });
        when(damaged.read(any(), anyInt(), anyLong(), any())).thenAnswer(call -> {
            Position from = call.getArgument(0);
            if (from.instance() <= 5) {
                throw new RecordDamagedException(5, "a bit flipped", new IOException());
            }
            DeliveredLog.ValueConsumer consumer = call.getArgument(3);
            consumer.accept(last.get(), 0, MINE, 1, Bytes.ofUtf8("mine"));
            return Position.atStartOf(last.get() + 1);
        });
        try (LogWatch over = new LogWatch(damaged); LogWatch.Follower follower = over.follow(MINE)) {
            last.set(5);
            assertThat(follower.await(Position.atStartOf(5), LONG)).isEqualTo(Position.atStartOf(5));
            last.set(10);
            assertThat(follower.await(Position.atStartOf(6), LONG)).isEqualTo(Position.atStartOf(10));
        }
    }
}
