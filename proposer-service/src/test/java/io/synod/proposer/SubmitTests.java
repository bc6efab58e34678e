package io.synod.proposer;

import static io.synod.proposer.ProposerRig.CLIENT;
import static io.synod.proposer.ProposerRig.MILLI;
import static io.synod.proposer.ProposerRig.SESSION;
import static io.synod.proposer.ProposerRig.block;
import static io.synod.proposer.ProposerRig.three;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.NodeId;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.entry.EntryReader;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.entry.ValueCursor;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Forward;
import io.synod.protocol.message.ForwardRefused;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.LeaderHint;
import io.synod.protocol.message.SubmitRefused;
import io.synod.protocol.message.SubmitRefused.Reason;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What becomes of submits: judged, queued, cut, refused, forwarded. */
class SubmitTests {

    private static Reason refusal(ProposerRig rig, Bytes entries) {
        rig.sent.clear();
        rig.submit(9, entries);
        List<SubmitRefused> refused = rig.messages(SubmitRefused.class);
        assertThat(refused).hasSize(1);
        assertThat(refused.getFirst().attempt()).isEqualTo(9);
        return refused.getFirst().reason();
    }

    @Test
    void whatDoesNotFitTheLayoutIsRefused() {
        ProposerRig rig = ProposerRig.leader(three());
        Bytes good = block(1, 3);
        assertThat(refusal(rig, Bytes.EMPTY)).isEqualTo(Reason.MALFORMED);
        for (int length = 1; length < good.length(); length++) {
            assertThat(refusal(rig, good.slice(0, length))).isEqualTo(Reason.MALFORMED);
        }
        byte[] wrongLength = good.toByteArray();
        wrongLength[EntryWriter.VALUES_OVERHEAD_BYTES + 3]++;
        assertThat(refusal(rig, Bytes.wrap(wrongLength))).isEqualTo(Reason.MALFORMED);
        Bytes genesis = new EntryWriter(64).genesis(new LogEntry.Genesis(SessionLimits.DEFAULT)).take();
        assertThat(refusal(rig, genesis)).isEqualTo(Reason.MALFORMED);
        rig.round();
        assertThat(rig.messages(Accept.class)).isEmpty();
        assertThat(rig.proposer.view(rig.now).counters().rejections()).isGreaterThan(50);
    }

    @Test
    void noBytesOfASubmitCauseAnException() {
        ProposerRig rig = ProposerRig.leader(three());
        RandomGenerator random = ProposerRig.random(8);
        Bytes good = new EntryWriter(256)
                .open(new LogEntry.OpenSession(1, 2, 3))
                .renew(SESSION)
                .encoded(block(1, 4))
                .close(SESSION)
                .take();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.toByteArray();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            rig.submit(i, Bytes.wrap(bytes, 0, random.nextInt(bytes.length + 1)));
            rig.round();
            rig.everybodyAccepts();
        }
    }

    @Test
    void aValueAboveTheLimitIsRefusedAndOneAtTheLimitGoesAlone() {
        ProposerRig rig = ProposerRig.leader(three());
        assertThat(refusal(rig, block(SESSION, 1, 1, (1 << 20) + 1))).isEqualTo(Reason.TOO_LARGE);
        rig.sent.clear();
        rig.submit(1, block(SESSION, 1, 1, 10));
        rig.submit(2, block(SESSION, 2, 1, 1 << 20));
        rig.submit(3, block(SESSION, 3, 1, 10));
        rig.round();
        rig.everybodyAccepts();
        rig.round();
        assertThat(rig.accepts(0)).as("the third went after the second was decided").hasSize(1);
        assertThat(rig.proposer.view(rig.now).nextInstance()).isEqualTo(5);
    }

    @Test
    void whatDoesNotFitAForwardIsRefusedByEveryProposerAlike() {
        Bytes largest = Bytes.wrap(new byte[ProtocolLimits.BATCH_BYTES_MAX]);
        Bytes larger = Bytes.wrap(new byte[ProtocolLimits.BATCH_BYTES_MAX + 1]);
        assertThat(refusal(ProposerRig.leader(three()), larger)).isEqualTo(Reason.TOO_LARGE);
        ProposerRig follower = new ProposerRig(three());
        follower.say(follower.settings.layout().proposer(1), new Heartbeat(new Ballot(90, 1, 7), 0));
        assertThat(refusal(follower, larger)).isEqualTo(Reason.TOO_LARGE);
        assertThat(follower.messages(Forward.class)).isEmpty();
        follower.submit(1, largest);
        assertThat(MessageSize.of(follower.messages(Forward.class).getFirst()))
                .isLessThanOrEqualTo(ProtocolLimits.MESSAGE_BYTES_MAX);
    }

    @Test
    void L2_aFullQueueRefusesAndWhatIsTakenIsTakenWhole() {
        ProposerSettings settings = three().withQueue(new ProposerSettings.Queue(10, 1 << 20, 100));
        ProposerRig rig = ProposerRig.leader(settings);
        for (int i = 0; i < 10; i++) {
            rig.submit(i, block(1 + i, 1));
        }
        assertThat(refusal(rig, block(100, 1))).isEqualTo(Reason.OVERLOADED);
        assertThat(rig.proposer.view(rig.now).queuedEntries()).isEqualTo(10);
        rig.round();
        Bytes two = new EntryWriter(100).encoded(block(200, 1)).encoded(block(300, 1)).take();
        for (int i = 0; i < 3; i++) {
            rig.submit(20 + i, block(50 + i, 1));
        }
        rig.round();
        for (int i = 0; i < 9; i++) {
            rig.submit(30 + i, block(400 + i, 1));
        }
        int queued = rig.proposer.view(rig.now).queuedEntries();
        assertThat(refusal(rig, two)).isEqualTo(Reason.OVERLOADED);
        assertThat(rig.proposer.view(rig.now).queuedEntries()).isEqualTo(queued);
    }

    @Test
    void L2_aFullQueueIsBoundedInBytesToo() {
        ProposerSettings settings = three().withQueue(new ProposerSettings.Queue(1_000, 1 << 20, 100));
        ProposerRig rig = ProposerRig.leader(settings);
        for (int i = 0; i < 3; i++) {
            rig.submit(i, block(SESSION, 1 + i, 1, 300_000));
        }
        assertThat(refusal(rig, block(SESSION, 9, 1, 300_000))).isEqualTo(Reason.OVERLOADED);
    }

    @Test
    void F27_whatWasTakenIsNotRefusedWhenItComesAgainToAFullQueue() {
        ProposerSettings settings = three().withQueue(new ProposerSettings.Queue(2, 1 << 20, 100));
        ProposerRig rig = ProposerRig.leader(settings);
        rig.submit(1, block(1, 1));
        rig.submit(2, block(2, 1));
        rig.sent.clear();
        rig.submit(3, block(1, 1));
        assertThat(rig.sent).isEmpty();
        assertThat(refusal(rig, block(3, 1))).isEqualTo(Reason.OVERLOADED);
    }

    @Test
    void aResendIsDroppedHoweverItIsCut() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.submit(1, block(1, 10));
        rig.submit(2, block(11, 10));
        rig.round();
        rig.sent.clear();
        rig.submit(3, block(1, 20));
        rig.submit(4, block(5, 3));
        rig.submit(5, block(8, 9));
        rig.round();
        assertThat(rig.sent).isEmpty();
        rig.submit(6, block(15, 10));
        rig.round();
        assertThat(rig.accepts(0).getFirst().value()).as("only what is new").isEqualTo(block(21, 4));
    }

    @Test
    void aNewLeadershipTakesAgainWhatTheFormerOneHad() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.submit(1, block(1, 1));
        rig.round();
        rig.say(rig.settings.layout().proposer(1), new Heartbeat(new Ballot(90, 1, 7), 0));
        rig.pass(400 * MILLI);
        rig.sent.clear();
        rig.lead();
        rig.submit(2, block(1, 1));
        rig.round();
        assertThat(rig.accepts(0)).extracting(Accept::value).contains(block(1, 1));
    }

    /** All submits of up to three blocks over six numbers, against a bit set. */
    @Test
    void numbersAreNeverTakenForQueuedThatAreNot() {
        int cases = 0;
        for (int a = 0; a < 36; a++) {
            for (int b = 0; b < 36; b++) {
                for (int c = 0; c < 36; c++) {
                    NumberRanges ranges = new NumberRanges();
                    BitSet model = new BitSet();
                    for (int range : new int[] {a, b, c}) {
                        int first = 1 + range / 6;
                        int end = first + 1 + range % 6;
                        int free = model.nextClearBit(first);
                        assertThat(ranges.firstFree(first, end)).isEqualTo(Math.min(free, end));
                        int last = model.previousClearBit(end - 1);
                        assertThat(ranges.freeEnd(first, end)).isEqualTo(Math.max(last + 1, first));
                        ranges.add(first, end);
                        model.set(first, end);
                    }
                    cases++;
                }
            }
        }
        assertThat(cases).isEqualTo(46_656);
    }

    @Test
    void L2_rangesOfASessionAreBoundedAndForgottenOnesAreFree() {
        NumberRanges ranges = new NumberRanges();
        for (int i = 0; i < 100; i++) {
            ranges.add(10L * i, 10L * i + 5);
        }
        assertThat(ranges.count()).isEqualTo(NumberRanges.RANGES_MAX);
        assertThat(ranges.firstFree(0, 5)).isZero();
        assertThat(ranges.firstFree(990, 995)).isEqualTo(995);
    }

    @Test
    void L2_sessionsAreForgottenLongestUnusedFirst() {
        SubmitQueue queue =
                new SubmitQueue(ProposerSettings.Batching.DEFAULT, new ProposerSettings.Queue(1_000, 1 << 20, 2));
        SessionId a = new SessionId(1, 0);
        SessionId b = new SessionId(1, 1);
        SessionId c = new SessionId(1, 2);
        queue.offer(1, block(a, 1, 1, 4), true, 0);
        queue.offer(1, block(b, 1, 1, 4), true, 0);
        queue.offer(1, block(a, 1, 1, 4), true, 0);
        queue.offer(1, block(c, 1, 1, 4), true, 0);
        assertThat(queue.values()).isEqualTo(3);
        queue.offer(1, block(a, 1, 1, 4), true, 0);
        assertThat(queue.values()).as("a was used after b").isEqualTo(3);
        queue.offer(1, block(b, 1, 1, 4), true, 0);
        assertThat(queue.values()).isEqualTo(4);
    }

    /** A value that learners had no room to hold is decided to no purpose: only its client's next send brings it back. */
    @Test
    void L1_whatIsSentAgainAfterAWhileIsTakenAgain() {
        SubmitQueue queue =
                new SubmitQueue(ProposerSettings.Batching.DEFAULT, new ProposerSettings.Queue(1_000, 1 << 20, 2));
        queue.offer(1, block(SESSION, 1, 4, 4), true, 0);
        queue.offer(1, block(SESSION, 5, 4, 4), true, TakenNumbers.REMEMBERED_NANOS);
        queue.offer(1, block(SESSION, 1, 8, 4), true, 2 * TakenNumbers.REMEMBERED_NANOS - 1);
        assertThat(queue.values()).isEqualTo(8);
        queue.offer(1, block(SESSION, 1, 8, 4), true, 2 * TakenNumbers.REMEMBERED_NANOS);
        assertThat(queue.values()).as("the older half is forgotten").isEqualTo(12);
        queue.offer(1, block(SESSION, 1, 8, 4), true, 9 * TakenNumbers.REMEMBERED_NANOS);
        assertThat(queue.values()).as("all of it is").isEqualTo(20);
    }

    @Test
    void oneValueAnInstanceCutsBlocks() {
        ProposerSettings settings = three()
                .withBatching(ProposerSettings.Batching.DEFAULT.withValuesMax(1))
                .withWindow(ProposerSettings.Window.DEFAULT.withPartialInstancesMax(100));
        ProposerRig rig = ProposerRig.leader(settings);
        rig.submit(1, new EntryWriter(200).renew(SESSION).encoded(block(1, 5)).take());
        rig.round();
        List<Accept> accepts = rig.accepts(0);
        assertThat(accepts).hasSize(6);
        for (int i = 0; i < 5; i++) {
            assertThat(accepts.get(1 + i).value()).isEqualTo(block(1 + i, 1));
        }
    }

    /** Whatever the bounds, the batches together hold exactly what was submitted, in order. */
    @Test
    void batchesHoldWhatWasSubmittedInOrder() {
        RandomGenerator random = ProposerRig.random(3);
        for (int run = 0; run < 300; run++) {
            ProposerSettings.Batching batching = ProposerSettings.Batching.DEFAULT
                    .withValuesMax(random.nextInt(1, 40))
                    .withBatchBytesMax(random.nextInt(64, 2_000));
            SubmitQueue queue = new SubmitQueue(batching, ProposerSettings.Queue.DEFAULT);
            long next = 1;
            for (int i = random.nextInt(1, 10); i > 0; i--) {
                int count = random.nextInt(1, 60);
                assertThat(queue.offer(1, block(SESSION, next, count, random.nextInt(0, 300)), true, 0)).isNull();
                next += count;
            }
            List<Long> numbers = new ArrayList<>();
            while (!queue.isEmpty()) {
                SubmitQueue.Batch batch = queue.take();
                assertThat(batch.values()).isLessThanOrEqualTo(batching.valuesMax());
                if (batch.values() > 1) {
                    assertThat(batch.bytes().length()).isLessThanOrEqualTo(batching.batchBytesMax());
                }
                readNumbers(batch.bytes(), numbers);
            }
            assertThat(queue.bytes()).isZero();
            assertThat(queue.values()).isZero();
            assertThat(numbers).hasSize((int) next - 1);
            for (int i = 0; i < numbers.size(); i++) {
                assertThat(numbers.get(i)).isEqualTo(i + 1);
            }
        }
    }

    /** Lists the numbers of a batch, and checks that each value is the one of its number. */
    private static void readNumbers(Bytes batch, List<Long> numbers) {
        EntryReader reader = new EntryReader(batch);
        for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
            LogEntry.Values block = (LogEntry.Values) entry;
            assertThat(ValueCursor.isWellFormed(block)).isTrue();
            ValueCursor cursor = new ValueCursor(block.body());
            for (int i = 0; i < block.count(); i++) {
                cursor.advance();
                long number = block.firstNumber() + i;
                numbers.add(number);
                if (!cursor.value().isEmpty()) {
                    assertThat(cursor.value().at(0)).isEqualTo((byte) number);
                }
            }
        }
        assertThat(reader.isMalformed()).isFalse();
    }

    @Test
    void withoutALeaderASubmitIsRefused() {
        ProposerRig rig = new ProposerRig(three());
        assertThat(refusal(rig, block(1, 1))).isEqualTo(Reason.NO_LEADER);
    }

    @Test
    void whoDoesNotLeadForwardsOnceAndTellsWhoLeads() {
        ProposerRig rig = new ProposerRig(three());
        rig.say(rig.settings.layout().proposer(1), new Heartbeat(new Ballot(4, 1, 7), 0));
        rig.submit(3, block(1, 1));
        assertThat(rig.messages(Forward.class)).containsExactly(new Forward(CLIENT, 3, block(1, 1)));
        assertThat(rig.messages(LeaderHint.class)).containsExactly(new LeaderHint(1));
        assertThat(rig.messages(SubmitRefused.class)).isEmpty();

        rig.sent.clear();
        rig.say(rig.settings.layout().proposer(1), new Forward(CLIENT, 8, block(1, 1)));
        assertThat(rig.messages(Forward.class)).isEmpty();
        assertThat(rig.messages(ForwardRefused.class))
                .containsExactly(new ForwardRefused(CLIENT, 8, Reason.NO_LEADER, 1));
    }

    @Test
    void aRefusedForwardIsToldToTheClient() {
        ProposerRig rig = new ProposerRig(three());
        NodeId other = rig.settings.layout().proposer(1);
        rig.say(other, new ForwardRefused(CLIENT, 8, Reason.OVERLOADED, 1));
        assertThat(rig.sent).hasSize(1);
        assertThat(rig.sent.getFirst().to()).isEqualTo(NodeId.client(CLIENT));
        assertThat(rig.messages(SubmitRefused.class)).containsExactly(new SubmitRefused(8, Reason.OVERLOADED, 1));
        rig.sent.clear();
        rig.say(other, new ForwardRefused(0, 8, Reason.OVERLOADED, 1));
        rig.say(other, new ForwardRefused(CLIENT, Forward.NO_ATTEMPT, Reason.OVERLOADED, 1));
        assertThat(rig.sent).isEmpty();
        rig.say(other, new ForwardRefused(CLIENT, 9, Reason.OVERLOADED, 1_000));
        assertThat(rig.messages(SubmitRefused.class))
                .containsExactly(new SubmitRefused(9, Reason.OVERLOADED, LeaderHint.NOBODY));
    }

    @Test
    void aForwardIsQueuedByTheLeader() {
        ProposerRig rig = ProposerRig.leader(three());
        rig.say(rig.settings.layout().proposer(1), new Forward(CLIENT, 8, block(1, 2)));
        rig.round();
        assertThat(rig.accepts(1)).extracting(Accept::value).containsExactly(block(1, 2));
        assertThat(rig.messages(ForwardRefused.class)).isEmpty();
    }

    @Test
    void whatALeaderLeavesUnproposedGoesToTheNext() {
        ProposerRig rig = ProposerRig.leader(three());
        for (int i = 0; i < 10; i++) {
            rig.submit(1 + i, block(1 + i, 1));
            rig.round();
        }
        long queued = rig.proposer.view(rig.now).queuedValues();
        assertThat(queued).isEqualTo(6);
        rig.sent.clear();
        rig.say(rig.settings.layout().proposer(1), new Heartbeat(new Ballot(90, 1, 7), 0));
        rig.round();
        assertThat(rig.messages(Forward.class)).hasSize(6).allMatch(f -> f.attempt() == Forward.NO_ATTEMPT);
        assertThat(rig.proposer.view(rig.now).queuedBytes()).isZero();
    }

    @Test
    void F27_tenTimesTheCapacityIsRefusedAndServedAtFullSpeedAfterwards() {
        MiniCluster cluster = MiniCluster.of(3, 1, 9);
        ProposerSettings settings = ProposerSettings.of(0, cluster.layout, cluster.quorums)
                .withQueue(new ProposerSettings.Queue(1_000, 1 << 20, 100));
        cluster.start(0, settings);
        cluster.run(500 * MILLI);
        long number = 1;
        for (int burst = 0; burst < 20; burst++) {
            for (int i = 0; i < 3_000; i++) {
                cluster.submit(0, block(SESSION, number++, 1, 200));
            }
            assertThat(cluster.view(0).queuedEntries()).isLessThanOrEqualTo(1_000);
            cluster.run(MILLI);
        }
        assertThat(cluster.view(0).counters().rejections()).isGreaterThan(10_000);
        cluster.run(100 * MILLI);
        assertThat(cluster.view(0).queuedEntries()).isZero();
        long before = cluster.view(0).watermark();
        cluster.submit(0, block(SESSION, number, 1, 200));
        cluster.run(2 * MILLI);
        assertThat(cluster.view(0).watermark()).isEqualTo(before + 1);
    }
}
