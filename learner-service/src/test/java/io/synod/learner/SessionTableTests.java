package io.synod.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The section "Sessions" of {@code docs/protocol.md}, sentence by sentence. */
class SessionTableTests {

    private static final SessionId FIRST = new SessionId(1, 1);

    private final SessionTable table = SessionTable.ofLog(SessionLimits.DEFAULT, new Decisions());

    private List<String> apply(long instance, Batches batch) {
        return Batches.texts(table.apply(instance, batch.bytes()));
    }

    private void openFirst(int sessionsMax, int windowMax, long expiry, int window) {
        apply(1, Batches.batch().genesis(sessionsMax, windowMax, expiry).open(7, window));
    }

    @Test
    void anOpeningIsNamedByItsPlaceAmongTheEntries() {
        openFirst(10, 10, 100, 5);
        assertThat(table.events()).containsExactly(new SessionOpened(7, -7, FIRST, 5));
        apply(2, Batches.batch().renew(FIRST).open(8, 5));
        assertThat(table.events()).containsExactly(new SessionOpened(8, -8, new SessionId(2, 1), 5));
    }

    @Test
    void aRepeatedNonceOpensNothingAndIsAnsweredByTheLivingSession() {
        openFirst(10, 10, 100, 5);
        apply(2, Batches.batch().open(7, 9));
        assertThat(table.events()).containsExactly(new SessionOpened(7, -7, FIRST, 5));
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void theNonceOfAClosedSessionOpensANewOne() {
        openFirst(10, 10, 100, 5);
        apply(2, Batches.batch().close(FIRST).open(7, 5));
        assertThat(table.events())
                .containsExactly(
                        new SessionEnded(FIRST, SessionEnded.Reason.CLOSED, true),
                        new SessionOpened(7, -7, new SessionId(2, 1), 5));
    }

    @Test
    void l2WhatIsHeldIsBoundedInBytes() {
        openFirst(10, 100, 100, 100);
        String large = "x".repeat(SessionLimits.HELD_BYTES_MAX / 2 - 4);
        apply(2, Batches.batch().values(FIRST, 3, large));
        apply(3, Batches.batch().values(FIRST, 5, large));
        apply(4, Batches.batch().values(FIRST, 7, ""));
        assertThat(table.counts().refused).isEqualTo(1);
        assertThat(apply(5, Batches.batch().values(FIRST, 1, "a", "b"))).hasSize(3);
        assertThat(apply(6, Batches.batch().values(FIRST, 7, "fits now"))).isEmpty();
        assertThat(apply(7, Batches.batch().values(FIRST, 4, "d"))).hasSize(2);
        assertThat(apply(8, Batches.batch().values(FIRST, 6, "f"))).hasSize(2);
    }

    @Test
    void theWindowIsHeldToTheLogsLimit() {
        openFirst(10, 10, 100, 50);
        assertThat(table.events()).containsExactly(new SessionOpened(7, -7, FIRST, 10));
    }

    @Test
    void theNextValuesAreDeliveredAndCounted() {
        openFirst(10, 10, 100, 5);
        assertThat(apply(2, Batches.batch().values(FIRST, 1, "a", "b").values(FIRST, 3, "c")))
                .containsExactly("1/1#1@0=a", "1/1#2@1=b", "1/1#3@2=c");
    }

    @Test
    void numbersBelowTheNextAreDuplicates() {
        openFirst(10, 10, 100, 5);
        apply(2, Batches.batch().values(FIRST, 1, "a", "b"));
        assertThat(apply(3, Batches.batch().values(FIRST, 1, "a", "b", "c").values(FIRST, 2, "b")))
                .containsExactly("1/1#3@0=c");
        assertThat(table.counts().duplicates).isEqualTo(3);
    }

    @Test
    void numbersAboveTheNextAreHeldAndDeliveredInTheInstanceThatFillsTheGap() {
        openFirst(10, 10, 100, 5);
        assertThat(apply(2, Batches.batch().values(FIRST, 4, "d").values(FIRST, 2, "b")))
                .isEmpty();
        assertThat(apply(3, Batches.batch().values(FIRST, 1, "a")))
                .containsExactly("1/1#1@0=a", "1/1#2@1=b");
        assertThat(apply(4, Batches.batch().values(FIRST, 3, "c", "d", "e")))
                .containsExactly("1/1#3@0=c", "1/1#4@1=d", "1/1#5@2=e");
        assertThat(table.counts().duplicates).isEqualTo(1);
    }

    @Test
    void heldBlocksThatOverlapAreJoined() {
        openFirst(10, 20, 100, 20);
        apply(2, Batches.batch().values(FIRST, 5, "e", "f"));
        apply(3, Batches.batch().values(FIRST, 3, "c", "d", "e", "f", "g").values(FIRST, 2, "b", "c"));
        assertThat(apply(4, Batches.batch().values(FIRST, 1, "a")))
                .containsExactly(
                        "1/1#1@0=a", "1/1#2@1=b", "1/1#3@2=c", "1/1#4@3=d", "1/1#5@4=e", "1/1#6@5=f", "1/1#7@6=g");
        assertThat(table.counts().duplicates).isEqualTo(3);
    }

    @Test
    void numbersBeyondTheWindowAreDropped() {
        openFirst(10, 3, 100, 3);
        apply(2, Batches.batch().values(FIRST, 3, "c", "d", "e"));
        assertThat(table.counts().refused).isEqualTo(2);
        assertThat(apply(3, Batches.batch().values(FIRST, 1, "a", "b"))).hasSize(3);
        assertThat(apply(4, Batches.batch().values(FIRST, 4, "d"))).containsExactly("1/1#4@0=d");
    }

    @Test
    void aBlockWhoseLengthsDoNotAddUpDeliversNothing() {
        openFirst(10, 10, 100, 5);
        // Kind 5, length 33: session 1/1, first number 1, count 1, a length of 9 though 1 byte follows.
        int[] bad = new int[38];
        bad[0] = 5;
        bad[4] = 29;
        bad[12] = 1;
        bad[16] = 1;
        bad[24] = 1;
        bad[28] = 1;
        bad[32] = 9;
        int[] block = Arrays.copyOf(bad, 34);
        assertThat(apply(2, Batches.batch().raw(block).values(FIRST, 1, "a"))).containsExactly("1/1#1@0=a");
        assertThat(table.counts().malformed).isEqualTo(1);
    }

    @Test
    void anEntryThatDoesNotFitEndsItsBatch() {
        openFirst(10, 10, 100, 5);
        assertThat(apply(
                2,
                Batches.batch().values(FIRST, 1, "a").raw(9, 0, 0, 0, 0).values(FIRST, 2, "b")))
                .containsExactly("1/1#1@0=a");
        assertThat(apply(3, Batches.batch().values(FIRST, 2, "c"))).containsExactly("1/1#2@0=c");
    }

    @Test
    void theIndexCountsAllDeliveriesOfAnInstance() {
        apply(1, Batches.batch().genesis(10, 10, 100).open(7, 5).open(8, 5));
        SessionId second = new SessionId(1, 2);
        assertThat(apply(
                2,
                Batches.batch()
                        .values(FIRST, 1, "a")
                        .values(second, 1, "x", "y")
                        .values(FIRST, 1, "a")
                        .values(FIRST, 2, "b")))
                .containsExactly("1/1#1@0=a", "1/2#1@1=x", "1/2#2@2=y", "1/1#2@3=b");
    }

    @Test
    void f14AnUnknownClosedOrExpiredSessionDeliversNothing() {
        openFirst(10, 10, 3, 5);
        SessionId never = new SessionId(1, 0);
        assertThat(apply(2, Batches.batch().values(never, 1, "x"))).isEmpty();
        apply(3, Batches.batch().open(8, 5));
        apply(4, Batches.batch().close(new SessionId(3, 0)));
        assertThat(apply(5, Batches.batch().values(new SessionId(3, 0), 1, "x"))).isEmpty();
        assertThat(table.events())
                .containsExactly(new SessionEnded(FIRST, SessionEnded.Reason.EXPIRED, true));
        assertThat(apply(6, Batches.batch().values(FIRST, 1, "x").renew(FIRST))).isEmpty();
        assertThat(table.counts().refused).isEqualTo(3);
    }

    @Test
    void aSessionLivesAsLongAsItIsUsedOftenEnough() {
        openFirst(10, 10, 3, 5);
        apply(4, Batches.batch().renew(FIRST));
        apply(7, Batches.batch().values(FIRST, 9, "x"));
        apply(10, Batches.batch().open(7, 5));
        assertThat(apply(13, Batches.batch().values(FIRST, 1, "a"))).hasSize(1);
        assertThat(apply(17, Batches.batch().values(FIRST, 2, "b"))).isEmpty();
    }

    @Test
    void anOpeningInAFullTableEndsTheLongestIdleAndOfEqualsTheLowestId() {
        apply(1, Batches.batch().genesis(3, 10, 100).open(1, 5).open(2, 5).open(3, 5));
        // All three are used in instance 2, in falling order of their ids.
        apply(
                2,
                Batches.batch().renew(new SessionId(1, 3)).renew(new SessionId(1, 2)).renew(new SessionId(1, 1)));
        apply(3, Batches.batch().open(4, 5).renew(new SessionId(1, 2)).open(5, 5));
        assertThat(table.events())
                .filteredOn(SessionEnded.class::isInstance)
                .containsExactly(
                        new SessionEnded(new SessionId(1, 1), SessionEnded.Reason.EVICTED, true),
                        new SessionEnded(new SessionId(1, 3), SessionEnded.Reason.EVICTED, true));
        assertThat(table.size()).isEqualTo(3);
    }

    @Test
    void onlyTheFirstEntryOfInstanceOneIsTheGenesis() {
        apply(1, Batches.batch().open(1, 50).genesis(3, 10, 100));
        apply(2, Batches.batch().genesis(3, 10, 100).open(2, 50));
        assertThat(table.limits()).isEqualTo(SessionLimits.DEFAULT);
    }

    @Test
    void itIsWhatValueByValueReckoningSays() {
        int[] delivered = {0};
        for (int seed = 0; seed < 3_000; seed++) {
            RandomLog log = new RandomLog(new SplittableRandom(seed));
            SessionTable checked = SessionTable.ofLog(SessionLimits.DEFAULT, new Decisions());
            ReferenceSessions reference = new ReferenceSessions(log.limits);
            for (long instance = 1; instance <= 60; instance++) {
                Batches batch = log.next(instance, reference);
                List<String> expected = reference.take();
                assertThat(Batches.texts(checked.apply(instance, batch.bytes())))
                        .as("seed %d instance %d", seed, instance)
                        .isEqualTo(expected);
                delivered[0] += expected.size();
            }
        }
        assertThat(delivered[0]).isGreaterThan(20_000);
    }

    @Test
    void aClientsLearnerTakesAsDeliveredOnlyWhatALearnerThatKnowsTheTableDelivers() {
        int delivered = 0;
        int lost = 0;
        int renewals = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            RandomLog log = new RandomLog(new SplittableRandom(seed));
            SessionTable own = SessionTable.ofClient(log.limits, new Decisions());
            ReferenceSessions reference = new ReferenceSessions(log.limits);
            List<SessionId> mine = new ArrayList<>();
            int startsAt = 1 + seed % 20;
            for (long instance = 1; instance <= 60; instance++) {
                if (instance == startsAt) {
                    for (long nonce = 0; nonce < 3; nonce++) {
                        own.expectNonce(nonce, -nonce);
                    }
                }
                Batches batch = log.next(instance, reference);
                List<String> all = reference.take();
                if (instance < startsAt) {
                    batch.bytes();
                    continue;
                }
                List<String> taken = Batches.texts(own.apply(instance, batch.bytes()));
                for (LearnerOutput event : own.events()) {
                    switch (event) {
                        case SessionOpened opened -> mine.add(opened.session());
                        case SessionEnded ended -> {
                            lost += ended.certain() ? 0 : 1;
                            assertThat(mine.remove(ended.session())).isTrue();
                        }
                        case SessionNeedsRenewal _ -> renewals++;
                        case ValuesHeld _ -> {}
                        default -> throw new AssertionError(event);
                    }
                }
                // Without the index, which a client's learner knows only at times, and then rightly; and of values with a
                // key it knows that their turn came.
                List<String> allNumbers = reference.turns();
                for (String text : taken) {
                    assertThat(text.contains("@-1=") ? allNumbers : all)
                            .as("seed %d instance %d", seed, instance)
                            .contains(text.contains("@-1=") ? withoutIndex(text) : text);
                }
                delivered += taken.size();
            }
        }
        assertThat(delivered).isGreaterThan(2_000);
        assertThat(lost).isGreaterThan(100);
        assertThat(renewals).isGreaterThan(100);
    }

    /** Idle sessions, more than half of the smallest table: with an eighth of it opened each asks once, then all are quiet. */
    @Test
    void sessionsThatRenewEachOtherAloneComeToRest() {
        SessionLimits floor = new SessionLimits(16, 10, 1_000_000, 1);
        SessionTable own = SessionTable.ofClient(floor, new Decisions());
        long instance = 1;
        for (long nonce = 0; nonce < 12; nonce++) {
            own.expectNonce(nonce, -nonce);
        }
        Set<SessionId> asking = new LinkedHashSet<>();
        for (long nonce = 0; nonce < 12; nonce++) {
            own.apply(instance++, Batches.batch().open(nonce, 10).bytes());
            asking.addAll(asks(own));
        }
        int asked = 0;
        for (int round = 0; round < 100; round++) {
            asked += asking.size();
            Batches batch = Batches.batch();
            asking.forEach(batch::renew);
            own.apply(instance++, batch.bytes());
            asking.clear();
            asking.addAll(asks(own));
        }
        assertThat(asked).isBetween(1, 12);
        assertThat(asking).isEmpty();
        for (long nonce = 100; nonce < 102; nonce++) {
            own.apply(instance++, Batches.batch().open(nonce, 10).bytes());
            asking.addAll(asks(own));
        }
        assertThat(asking).as("with strangers' openings they ask again").isNotEmpty();
        assertThat(own.size()).isEqualTo(12);
    }

    private static List<SessionId> asks(SessionTable table) {
        return table.events().stream().filter(SessionNeedsRenewal.class::isInstance)
                .map(event -> ((SessionNeedsRenewal) event).session()).toList();
    }

    private static String withoutIndex(String text) {
        return text.replaceAll("@-?\\d+", "");
    }
}
