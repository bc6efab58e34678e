package io.synod.learner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.synod.learner.Delivered;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.Run;
import io.synod.learner.storage.Checkpoints;
import io.synod.learner.storage.LearnerStore;
import io.synod.learner.storage.RecordDamagedException;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeliveredLogTests {

    private static List<String> read(DeliveredLog log, Position from, int limit) {
        List<String> values = new ArrayList<>();
        Position next = log.read(
                from,
                limit,
                Long.MAX_VALUE,
                (instance, index, session, number, value) -> values
                        .add(instance + ":" + index + " " + session + "#" + number + "=" + value.utf8()));
        values.add("next " + next);
        return values;
    }

    @Test
    void valuesAreReadFromAnyPositionOn() {
        DeliveredLog log = new DeliveredLog(8, 1_000_000);
        log.append(Deliveries.of(
                1,
                Deliveries.run(Deliveries.SESSION, 4, 0, Bytes.ofUtf8("a"), Bytes.ofUtf8("b")),
                Deliveries.run(new SessionId(1, 2), 1, 2, Bytes.ofUtf8("c"))));
        log.append(Deliveries.of(2));
        log.append(Deliveries.of(3, 6, "d", "e"));
        assertThat(read(log, new Position(1, 0), 100))
                .containsExactly(
                        "1:0 1/1#4=a", "1:1 1/1#5=b", "1:2 1/2#1=c", "3:0 1/1#6=d", "3:1 1/1#7=e", "next 4:0");
        assertThat(read(log, new Position(1, 1), 2)).containsExactly("1:1 1/1#5=b", "1:2 1/2#1=c", "next 3:0");
        assertThat(read(log, new Position(1, 2), 2)).containsExactly("1:2 1/2#1=c", "3:0 1/1#6=d", "next 3:1");
        assertThat(read(log, new Position(1, 9), 1)).containsExactly("3:0 1/1#6=d", "next 3:1");
        assertThat(read(log, new Position(4, 0), 1)).containsExactly("next 4:0");
        assertThat(read(log, new Position(9, 3), 1)).containsExactly("next 9:3");
    }

    @Test
    void s12WhatLiesBeforeASnapshotOfAPeerIsGoneEvenWhileTheStoreHasItStill() {
        LearnerStore store = mock(LearnerStore.class);
        when(store.first()).thenReturn(1L);
        when(store.read(anyLong())).thenAnswer(call -> Deliveries.of(call.getArgument(0)));
        DeliveredLog log = new DeliveredLog(4, 1_000_000, store, Checkpoints.NONE);
        log.append(Deliveries.of(1, 1, "a"));
        log.restore(new LearnerSnapshot(50, LogId.UNKNOWN, Bytes.EMPTY));
        assertThat(log.first()).isEqualTo(51);
        assertThatThrownBy(() -> log.get(1)).isInstanceOf(PositionGoneException.class);
        assertThatThrownBy(() -> log.get(2)).isInstanceOf(PositionGoneException.class);
        log.append(Deliveries.of(51, 7, "b"));
        assertThat(read(log, new Position(51, 0), 9)).containsExactly("51:0 1/1#7=b", "next 52:0");
    }

    private static LearnerStore damagedStore(long last, long damaged) {
        LearnerStore store = mock(LearnerStore.class);
        when(store.first()).thenReturn(1L);
        when(store.stored()).thenReturn(last);
        when(store.read(anyLong())).thenAnswer(call -> {
            long instance = call.getArgument(0);
            if (instance == damaged) {
                throw new RecordDamagedException(instance, "a bit flipped", new IOException());
            }
            return Deliveries.of(instance, instance, "v" + instance);
        });
        return store;
    }

    @Test
    void whatIsReadBeforeDamageIsGivenAndWhoBeginsThereIsTold() {
        DeliveredLog log = new DeliveredLog(4, 1_000_000, damagedStore(9, 5), Checkpoints.NONE);
        assertThat(read(log, new Position(4, 0), 100)).containsExactly("4:0 1/1#4=v4", "next 5:0");
        assertThatThrownBy(() -> read(log, new Position(5, 0), 100)).isInstanceOf(RecordDamagedException.class)
                .hasMessageContaining("instance 5 is damaged");
        assertThat(read(log, new Position(9, 0), 100)).containsExactly("9:0 1/1#9=v9", "next 10:0");
    }

    /** L2: what delivers nothing is not looked through to its end in one go. */
    @Test
    void aReadLooksAtABoundedNumberOfInstances() {
        LearnerStore store = mock(LearnerStore.class);
        when(store.first()).thenReturn(1L);
        when(store.stored()).thenReturn(1_000_000L);
        when(store.read(anyLong())).thenAnswer(call -> Deliveries.of(call.getArgument(0)));
        DeliveredLog log = new DeliveredLog(4, 1_000_000, store, Checkpoints.NONE);
        assertThat(read(log, new Position(1, 0), 100))
                .containsExactly("next " + (1 + DeliveredLog.INSTANCES_A_READ) + ":0");
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        DeliveredLog log = new DeliveredLog(4, 1_000_000);
        for (long instance = 1; instance <= 10; instance++) {
            log.append(Deliveries.of(instance, instance, "v" + instance));
        }
        assertThat(log.first()).isEqualTo(7);
        assertThat(log.last()).isEqualTo(10);
        assertThat(read(log, new Position(7, 0), 1)).containsExactly("7:0 1/1#7=v7", "next 8:0");
        assertThatThrownBy(() -> log.get(6))
                .isInstanceOf(PositionGoneException.class)
                .hasMessageContaining("first retained instance is 7");
    }

    @Test
    void theOldestGoWhenTheyAreTooLargeAndTheNewestStays() {
        DeliveredLog log = new DeliveredLog(1_024, 20_000);
        String text = "x".repeat(1_000);
        for (long instance = 1; instance <= 100; instance++) {
            log.append(Deliveries.of(instance, instance, text));
            assertThat(log.retainedBytes()).isLessThanOrEqualTo(20_000);
        }
        assertThat(log.first()).isBetween(92L, 95L);
        log.append(Deliveries.of(101, 101, "y".repeat(50_000)));
        assertThat(log.first()).isEqualTo(101);
        assertThat(log.get(101)).isNotNull();
        log.append(Deliveries.of(102, 102, text));
        assertThat(log.first()).isEqualTo(102);
    }

    @Test
    void l2ValuesThatCameWithAnEarlierBatchCountToo() {
        DeliveredLog log = new DeliveredLog(8, 1_000_000);
        Run held = Deliveries.run(Deliveries.SESSION, 1, 0, Bytes.wrap(new byte[10_000]));
        log.append(new Delivered(1, Bytes.EMPTY, List.of(held)));
        assertThat(log.retainedBytes()).isBetween(10_000L, 11_000L);
        Bytes batch = Bytes.wrap(new byte[5_000]);
        log.append(new Delivered(2, batch, List.of(new Run(Deliveries.SESSION, 2, 1, 0, batch.slice(100, 4_000)))));
        assertThat(log.retainedBytes()).isBetween(15_000L, 16_000L);
    }

    @Test
    void itBeginsWhereTheLearnerBegins() {
        DeliveredLog log = new DeliveredLog(8, 1_000_000);
        log.append(Deliveries.of(50, 1, "a"));
        assertThat(log.first()).isEqualTo(50);
        assertThatThrownBy(() -> log.get(49)).isInstanceOf(PositionGoneException.class);
        assertThatThrownBy(() -> log.append(Deliveries.of(52, 2, "b"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoWaitsIsWokenByWhatItWaitsFor() throws Exception {
        DeliveredLog log = new DeliveredLog(64, 1_000_000);
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> waiting = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                long instance = 1L + i % 5;
                waiting.add(readers.submit(() -> log.await(instance, TimeUnit.SECONDS.toNanos(20))));
            }
            for (long instance = 1; instance <= 5; instance++) {
                log.append(Deliveries.of(instance, instance, "v"));
            }
            for (Future<Boolean> reader : waiting) {
                assertThat(reader.get(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void waitingEndsInTimeAndWhenTheLearnerStops() throws Exception {
        DeliveredLog log = new DeliveredLog(64, 1_000_000);
        assertThat(log.await(1, TimeUnit.MILLISECONDS.toNanos(5))).isFalse();
        assertThat(log.await(1, -5)).isFalse();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> reader = readers.submit(() -> log.await(1, TimeUnit.SECONDS.toNanos(20)));
            log.stop("below the trim point", false);
            assertThat(reader.get(10, TimeUnit.SECONDS)).isFalse();
        }
        assertThat(log.stopped()).isEqualTo("below the trim point");
    }

    @Test
    void readersThatKeepUpSeeEverythingOnceWhileItIsWritten() throws Exception {
        DeliveredLog log = new DeliveredLog(1 << 16, 1L << 30);
        int instances = 30_000;
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> sums = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sums.add(readers.submit(() -> follow(log, instances)));
            }
            for (long instance = 1; instance <= instances; instance++) {
                log.append(Deliveries.of(instance, instance, "v"));
            }
            for (Future<Long> sum : sums) {
                assertThat(sum.get(20, TimeUnit.SECONDS)).isEqualTo(instances);
            }
        }
    }

    /** Reads up to an instance; returns how many values came, which must be in order without a gap. */
    private static long follow(DeliveredLog log, long last) throws InterruptedException {
        long[] numbers = {0};
        Position position = new Position(1, 0);
        while (position.instance() <= last) {
            log.await(position.instance(), TimeUnit.SECONDS.toNanos(10));
            position = log.read(position, 64, 1 << 20, (instance, index, session, number, value) -> {
                if (number != numbers[0] + 1 || instance != number) {
                    throw new IllegalStateException(number + " after " + numbers[0]);
                }
                numbers[0] = number;
            });
        }
        return numbers[0];
    }

    @Test
    void aPositionIsReadAsItIsWritten() {
        assertThat(Position.parse("42")).isEqualTo(new Position(42, 0));
        assertThat(Position.parse("42:7")).isEqualTo(new Position(42, 7));
        assertThat(Position.parse(new Position(42, 7).toString())).isEqualTo(new Position(42, 7));
        for (String bad : new String[] {"", ":", "0", "-1", "1:-1", "x", "1:x", "1:2:3", "99999999999999999999"}) {
            assertThat(Position.parse(bad)).as(bad).isNull();
        }
    }
}
