package io.synod.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.Quorums;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.Heartbeat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The rules that a learner answers for, as {@code docs/protocol.md} numbers them. */
class LearnerPaperTests {

    private static final Bytes NO_OP = Bytes.EMPTY;

    /** One thing an acceptor can say of instance 1: at ballot 1 or 2, with or without the value. */
    private record Said(int acceptor, int round, boolean withValue) {}

    @Test
    void s6AnInstanceIsDecidedOnlyByAQuorumOfDistinctAcceptorsAtOneBallot() {
        List<Said> domain = new ArrayList<>();
        for (int acceptor = 0; acceptor < 3; acceptor++) {
            for (int round = 1; round <= 2; round++) {
                domain.add(new Said(acceptor, round, false));
                domain.add(new Said(acceptor, round, true));
            }
        }
        // The same value at both ballots, so that every sequence is one that Paxos allows.
        Bytes value = Batches.of("x");
        int[] cases = {0, 0};
        sequences(domain, 4, sequence -> {
            VoteWindow window = new VoteWindow(3, 2, 8, 1_000, new Decisions());
            int[] voters = new int[3];
            boolean decidedBefore = false;
            int valueRound = 0;
            for (Said said : sequence) {
                voters[said.round()] |= 1 << said.acceptor();
                valueRound = said.withValue() ? Math.max(valueRound, said.round()) : valueRound;
                window.offer(
                        said.acceptor(),
                        LearnerHarness.ballot(said.round()),
                        1,
                        value.checksum(),
                        said.withValue() ? value : null);
                boolean low = Integer.bitCount(voters[1]) >= 2;
                boolean high = Integer.bitCount(voters[2]) >= 2;
                assertThat(window.isDecided(1)).as("%s", sequence).matches(decided -> !decided || low || high);
                // Votes of the higher ballot are never replaced, so a quorum of them is always seen.
                assertThat(window.isDecided(1)).as("%s", sequence).matches(decided -> decided || !high);
                assertThat(decidedBefore && !window.isDecided(1)).isFalse();
                decidedBefore = window.isDecided(1);
                if (window.isReady(1)) {
                    assertThat(valueRound).as("%s", sequence).isGreaterThanOrEqualTo(low ? 1 : 2);
                } else if (decidedBefore) {
                    assertThat(valueRound).as("%s", sequence).isLessThan(2);
                }
            }
            cases[0]++;
            cases[1] += decidedBefore ? 1 : 0;
        });
        assertThat(cases[0]).isEqualTo(20_736);
        assertThat(cases[1]).isBetween(1, 20_735);
    }

    @Test
    void s6TheSameAcceptorTwiceIsOneAcceptor() {
        LearnerHarness harness = LearnerHarness.registered();
        Bytes value = Batches.of("x");
        harness.value(0, 1, 1, value).value(0, 1, 1, value).value(0, 1, 1, value).round();
        assertThat(harness.deliveredInstances()).isEmpty();
        harness.vote(2, 1, 1, value).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void s6AcceptsOfDifferentBallotsDoNotAddUp() {
        LearnerHarness harness = LearnerHarness.registered();
        Bytes value = Batches.of("x");
        harness.value(0, 1, 1, value).value(1, 1, 2, value).value(2, 1, 3, value).round();
        assertThat(harness.deliveredInstances()).isEmpty();
        harness.vote(0, 1, 3, value).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void s6AFlexibleQuorumIsAsLargeAsConfigured() {
        LearnerSettings settings = LearnerSettings.of(
                0,
                new ClusterLayout(4, 1, 1, false),
                new Quorums(4, 2, 3));
        LearnerHarness harness = new LearnerHarness(settings).start().register(0);
        Bytes value = Batches.of("x");
        harness.value(0, 1, 1, value).vote(1, 1, 1, value).round();
        assertThat(harness.deliveredInstances()).isEmpty();
        harness.vote(3, 1, 1, value).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void aValueOfALowerBallotIsNeverDelivered() {
        LearnerHarness harness = LearnerHarness.registered();
        Bytes low = Batches.of("low");
        Bytes high = Batches.of("high");
        harness.value(0, 1, 1, low).vote(1, 1, 2, high).vote(2, 1, 2, high).round();
        assertThat(harness.deliveredInstances()).isEmpty();
        assertThat(harness.outputs(LearnerStopped.class)).isEmpty();
        harness.value(1, 1, 2, high).round();
        assertThat(harness.outputs(Delivered.class).getFirst().batch()).isEqualTo(high);
    }

    @Test
    void aValueOfAHigherBallotIsTheDecidedOne() {
        LearnerHarness harness = LearnerHarness.registered();
        Bytes value = Batches.of("x");
        harness.vote(0, 1, 1, value).vote(1, 1, 1, value).value(2, 1, 7, value).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void s5TwoValuesInOneBallotStopTheLearner() {
        LearnerHarness harness = LearnerHarness.registered();
        harness.vote(0, 1, 1, Batches.of("x")).vote(1, 1, 1, Batches.of("y")).round();
        assertThat(harness.outputs(LearnerStopped.class))
                .extracting(LearnerStopped::reason)
                .containsExactly(LearnerStopped.Reason.TWO_VALUES);
        harness.decide(1, Batches.of("x")).round();
        assertThat(harness.deliveredInstances()).isEmpty();
    }

    @Test
    void s5AnotherValueAboveADecisionStopsTheLearner() {
        LearnerHarness harness = LearnerHarness.registered();
        harness.vote(0, 1, 1, Batches.of("x")).vote(1, 1, 1, Batches.of("x")).value(2, 1, 2, Batches.of("y")).round();
        assertThat(harness.outputs(LearnerStopped.class)).hasSize(1);
        assertThat(harness.deliveredInstances()).isEmpty();
    }

    @Test
    void s5AnotherValueAboveADecisionSeenEarlierThanTheDecisionStopsTheLearner() {
        LearnerHarness harness = LearnerHarness.registered();
        harness.value(2, 1, 2, Batches.of("y")).vote(0, 1, 1, Batches.of("x")).vote(1, 1, 1, Batches.of("x")).round();
        assertThat(harness.outputs(LearnerStopped.class)).hasSize(1);
        assertThat(harness.deliveredInstances()).isEmpty();
    }

    @Test
    void s7EveryOrderOfArrivalDeliversTheSameInOrder() {
        SessionId session = new SessionId(1, 1);
        List<Bytes> log = List.of(
                Batches.batch().genesis(10, 10, 100).open(4, 8).bytes(),
                Batches.batch().values(session, 2, "b").bytes(),
                Batches.batch().values(session, 1, "a").bytes());
        List<Consumer<LearnerHarness>> messages = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            long instance = i + 1L;
            Bytes value = log.get(i);
            messages.add(harness -> harness.value(0, instance, 1, value));
            messages.add(harness -> harness.vote(1, instance, 1, value));
        }
        int[] cases = {0};
        permutations(messages, 0, permutation -> {
            LearnerHarness harness = LearnerHarness.registered();
            List<Long> delivered = new ArrayList<>();
            for (Consumer<LearnerHarness> message : permutation) {
                message.accept(harness);
                harness.round();
                delivered = harness.deliveredInstances();
                assertThat(delivered).isEqualTo(List.of(1L, 2L, 3L).subList(0, delivered.size()));
            }
            assertThat(delivered).hasSize(3);
            List<Delivered> outputs = harness.outputs(Delivered.class);
            assertThat(Batches.texts(outputs.get(0).runs())).isEmpty();
            assertThat(Batches.texts(outputs.get(1).runs())).isEmpty();
            assertThat(Batches.texts(outputs.get(2).runs())).containsExactly("1/1#1@0=a", "1/1#2@1=b");
            cases[0]++;
        });
        assertThat(cases[0]).isEqualTo(720);
    }

    @Test
    void s8EachValueIsDeliveredAtMostOnceAndInOrderWhateverIsDecided() {
        SessionId session = new SessionId(1, 0);
        List<long[]> blocks = List.of(
                new long[] {1, 1}, new long[] {2, 1}, new long[] {3, 1}, new long[] {1, 2}, new long[] {2, 2},
                new long[] {4, 1}, new long[] {1, 3});
        int[] cases = {0, 0};
        sequences(blocks, 5, sequence -> {
            SessionTable table = SessionTable.ofLog(SessionLimits.DEFAULT, new Decisions());
            table.apply(1, Batches.batch().open(4, 8).bytes());
            List<Long> numbers = new ArrayList<>();
            long instance = 2;
            for (long[] block : sequence) {
                String[] values = new String[(int) block[1]];
                for (int i = 0; i < values.length; i++) {
                    values[i] = "v" + (block[0] + i);
                }
                List<Run> runs = table.apply(instance++, Batches.batch().values(session, block[0], values).bytes());
                int index = 0;
                for (Run run : runs) {
                    assertThat(run.firstIndex()).isEqualTo(index);
                    index += run.count();
                    for (long number = run.firstNumber(); number < run.endNumber(); number++) {
                        numbers.add(number);
                    }
                }
                assertThat(Batches.texts(runs)).allMatch(text -> text.matches("1/0#(\\d)@\\d=v\\1"));
            }
            boolean[] decided = new boolean[6];
            for (long[] block : sequence) {
                for (long number = block[0]; number < block[0] + block[1]; number++) {
                    decided[(int) number] = true;
                }
            }
            long expected = 1;
            while (decided[(int) expected]) {
                expected++;
            }
            assertThat(numbers).hasSize((int) expected - 1);
            for (int i = 0; i < numbers.size(); i++) {
                assertThat(numbers.get(i)).isEqualTo(i + 1);
            }
            cases[0]++;
            cases[1] += expected == 5 ? 1 : 0;
        });
        assertThat(cases[0]).isEqualTo(16_807);
        assertThat(cases[1]).isPositive();
    }

    @Test
    void aWatermarkDeliversNothing() {
        LearnerHarness harness = LearnerHarness.registered();
        harness.value(0, 1, 1, NO_OP);
        harness.from(harness.settings.layout().proposer(0), 55, new Heartbeat(LearnerHarness.ballot(1), 1));
        harness.round();
        assertThat(harness.deliveredInstances()).isEmpty();
    }

    @Test
    void votesOfAnAcceptorThatHasNotNamedTheLogDoNotCount() {
        LearnerHarness harness = new LearnerHarness(LearnerHarness.settings(3, 1)).start();
        Bytes value = Batches.of("x");
        harness.decide(1, value).round();
        assertThat(harness.deliveredInstances()).isEmpty();
        harness.register(0).decide(1, value).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
        // Acceptor 0 starts anew: until it names its log again it may be of another.
        harness.from(harness.settings.layout().acceptor(0), 999, new Accepted(Ballot.NONE, 2, value.checksum(), value));
        harness.from(
                harness.settings.layout().acceptor(0),
                999,
                new Accepted(LearnerHarness.ballot(1), 2, value.checksum(), value));
        harness.vote(1, 2, 1, value).round();
        assertThat(harness.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void f17ABogusAcceptorIdIsDropped() {
        LearnerHarness harness = LearnerHarness.registered();
        Accepted accepted = new Accepted(LearnerHarness.ballot(1), 1, NO_OP.checksum(), NO_OP);
        for (int id : new int[] {-1, 3, 40, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            harness.from(NodeId.of(NodeType.ACCEPTOR, id), 1, accepted);
        }
        harness.from(NodeId.of(NodeType.PROPOSER, 1), 1, accepted);
        assertThat(harness.round().deliveredInstances()).isEmpty();
    }

    @Test
    void bytesThatAreNotThoseOfTheChecksumAreDropped() {
        LearnerHarness harness = LearnerHarness.registered();
        Bytes value = Batches.of("x");
        harness.say(0, new Accepted(LearnerHarness.ballot(1), 1, value.checksum(), Batches.of("y")));
        harness.vote(1, 1, 1, value).vote(2, 1, 1, value).round();
        assertThat(harness.deliveredInstances()).isEmpty();
        assertThat(harness.learner.counters().droppedVotes()).isEqualTo(1);
    }

    private static <T> void sequences(List<T> domain, int length, Consumer<List<T>> check) {
        int[] at = new int[length];
        while (true) {
            List<T> sequence = new ArrayList<>(length);
            for (int i : at) {
                sequence.add(domain.get(i));
            }
            check.accept(sequence);
            int digit = 0;
            while (digit < length && ++at[digit] == domain.size()) {
                at[digit++] = 0;
            }
            if (digit == length) {
                return;
            }
        }
    }

    private static <T> void permutations(List<T> items, int fixed, Consumer<List<T>> check) {
        if (fixed == items.size()) {
            check.accept(List.copyOf(items));
            return;
        }
        List<T> list = new ArrayList<>(items);
        for (int i = fixed; i < list.size(); i++) {
            Collections.swap(list, fixed, i);
            permutations(list, fixed + 1, check);
            Collections.swap(list, fixed, i);
        }
    }
}
