package io.synod.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Effects;
import io.synod.role.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** S2: what states a promise or an accept leaves only when the newest commit handed over before it is durable. */
class EffectRunnerTests {

    private static final NodeId TO = NodeId.of(NodeType.PROPOSER, 0);

    private final List<String> events = new ArrayList<>();
    private final NodeCounters counters = new NodeCounters();
    private boolean reportsAtOnce;
    private @Nullable EffectRunner runner;

    @Test
    void aWriteIsHandedOverBeforeAnythingLeavesAndWhatMayGoNowDoesNotWait() {
        round(write(1), now(1), after(1), output(1));
        assertThat(events).containsExactly("commit 1 [1]", "now 1", "output 1");
    }

    @Test
    void whatWaitsLeavesWhenItsCommitIsDurable() {
        round(write(1), after(1));
        events.clear();
        runner().committed(1);
        assertThat(events).containsExactly("after 1");
        assertThat(runner().waitingMessages()).isZero();
        assertThat(runner().waitingBytes()).isZero();
    }

    @Test
    void withNothingWrittenEverNothingWaits() {
        round(after(1));
        assertThat(events).containsExactly("after 1");
    }

    @Test
    void aMessageThatCausedNoWriteWaitsForTheCommitInFlight() {
        round(write(1));
        round(after(1));
        assertThat(events).containsExactly("commit 1 [1]");
        runner().committed(1);
        assertThat(events).containsExactly("commit 1 [1]", "after 1");
    }

    @Test
    void aMessageThatCausedNoWriteWaitsForTheGroupThatFormsIfThereIsOne() {
        round(write(1));
        round(write(2));
        round(after(2));
        runner().committed(1);
        assertThat(events).containsExactly("commit 1 [1]", "commit 2 [2]");
        runner().committed(2);
        assertThat(events).containsExactly("commit 1 [1]", "commit 2 [2]", "after 2");
    }

    @Test
    void oneCommitIsInFlightAndAllThatComesMeanwhileFormsTheNext() {
        round(write(1), after(1));
        round(write(2), after(2));
        round(write(3), now(3), after(3));
        assertThat(events).containsExactly("commit 1 [1]", "now 3");
        assertThat(runner().formingWrites()).isEqualTo(2);
        events.clear();
        runner().committed(1);
        assertThat(events).containsExactly("after 1", "commit 2 [2, 3]");
        events.clear();
        runner().committed(2);
        assertThat(events).containsExactly("after 2", "after 3");
    }

    @Test
    void aReportFromWithinTheCommitIsTaken() {
        reportsAtOnce = true;
        round(write(1), now(1), after(1), output(1));
        round(after(2));
        round(write(3), after(3));
        assertThat(events).containsExactly(
                "commit 1 [1]", "after 1", "now 1", "output 1", "after 2", "commit 2 [3]", "after 3");
    }

    @Test
    void afterAFailedCommitNothingThatStatesDurableStateLeavesEver() {
        round(write(1), after(1));
        round(write(2), after(2));
        runner().commitFailed(1, new IOException("EIO"));
        round(write(3), after(3), now(3), output(3));
        round(after(4));
        assertThat(events).containsExactly("commit 1 [1]", "now 3", "output 3");
        assertThat(runner().storageFailure()).hasMessage("EIO");
        assertThat(runner().waitingMessages()).isZero();
        assertThat(runner().formingWrites()).isZero();
        assertThat(counters.waitingDropped()).isEqualTo(4);
        assertThatThrownBy(() -> runner().committed(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> runner().committed(2)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aReportOfACommitThatIsNotInFlightIsRefused() {
        assertThatThrownBy(() -> runner().committed(1)).hasMessageContaining("none is in flight");
        round(write(1));
        assertThatThrownBy(() -> runner().committed(2)).hasMessageContaining("1 is in flight");
        runner().committed(1);
        assertThatThrownBy(() -> runner().committed(1)).hasMessageContaining("none is in flight");
    }

    @Test
    void tooMuchBehindASlowCommitDropsTheOldestMessages() {
        runner = newRunner(new NodeSettings.Bounds(1, 1, 32 << 20, 1, 3, 1 << 20, 1));
        round(write(1), after(1), after(2));
        round(write(2), after(3), after(4), after(5));
        assertThat(runner().waitingMessages()).isEqualTo(3);
        assertThat(counters.waitingDropped()).isEqualTo(2);
        runner().committed(1);
        runner().committed(2);
        assertThat(events).containsExactly("commit 1 [1]", "commit 2 [2]", "after 3", "after 4", "after 5");
    }

    @Test
    void tooManyBytesBehindASlowCommitDropTheOldestMessages() {
        runner = newRunner(new NodeSettings.Bounds(1, 1, 32 << 20, 1, 1_000, 10_000, 1));
        round(write(1));
        Effects effects = new Effects();
        for (int i = 1; i <= 20; i++) {
            effects.send(TO, new Accepted(new Ballot(1, 0, 1), i, 0, Bytes.wrap(new byte[1_000])));
        }
        runner().carryOut(effects);
        assertThat(runner().waitingBytes()).isBetween(8_000L, 10_000L);
        assertThat(runner().waitingMessages()).isEqualTo(9);
        runner().committed(1);
        assertThat(events).hasSize(1 + 9).endsWith("after 20").contains("after 12").doesNotContain("after 11");
        assertThat(runner().waitingBytes()).isZero();
    }

    /** Whatever the order of rounds and reports: a message leaves once, in order, and never before what was written before it. */
    @Test
    void inAnyOrderOfRoundsAndReportsNoMessageOvertakesAWrite() {
        int left = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            events.clear();
            reportsAtOnce = false;
            runner = newRunner(NodeSettings.Bounds.DEFAULT);
            int written = 0;
            int durable = 0;
            int inFlight = 0;
            int sent = 0;
            int lastLeft = 0;
            List<Integer> needs = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                int before = events.size();
                if (random.nextInt(3) > 0) {
                    Effects effects = new Effects();
                    if (random.nextBoolean()) {
                        effects.write(new RecordingRole.TestWrite(++written));
                    }
                    if (random.nextBoolean()) {
                        effects.send(TO, new Trimmed(++sent));
                        needs.add(written);
                    }
                    runner().carryOut(effects);
                } else if (runner().isCommitInFlight()) {
                    durable = inFlight;
                    runner().committed(commits());
                }
                for (String event : events.subList(before, events.size())) {
                    if (event.startsWith("after ")) {
                        int message = Integer.parseInt(event.substring(6));
                        assertThat(message).isEqualTo(++lastLeft);
                        assertThat(needs.get(message - 1)).isLessThanOrEqualTo(durable);
                        left++;
                    } else {
                        // "commit n [.., last]": everything up to the last write is in flight now.
                        inFlight = Integer.parseInt(event.replaceAll(".*?(\\d+)]$", "$1"));
                    }
                }
            }
        }
        assertThat(left).isGreaterThan(20_000);
    }

    private int commits() {
        return (int) events.stream().filter(event -> event.startsWith("commit")).count();
    }

    @FunctionalInterface
    private interface Recording {
        void on(Effects effects);
    }

    private static Recording write(int number) {
        return effects -> effects.write(new RecordingRole.TestWrite(number));
    }

    private static Recording now(int number) {
        return effects -> effects.send(TO, new Heartbeat(new Ballot(1, 0, 1), number));
    }

    private static Recording after(int number) {
        return effects -> effects.send(TO, new Trimmed(number));
    }

    private static Recording output(int number) {
        return effects -> effects.output(new RecordingRole.TestOutput(number));
    }

    private void round(Recording... recordings) {
        Effects effects = new Effects();
        for (Recording recording : recordings) {
            recording.on(effects);
        }
        runner().carryOut(effects);
        assertThat(effects.isEmpty()).isTrue();
    }

    private EffectRunner runner() {
        if (runner == null) {
            runner = newRunner(NodeSettings.Bounds.DEFAULT);
        }
        return runner;
    }

    private EffectRunner newRunner(NodeSettings.Bounds bounds) {
        return new EffectRunner(
                this::commit,
                output -> events.add("output " + ((RecordingRole.TestOutput) output).number()),
                (to, message) -> events.add(
                        switch (message) {
                            case Heartbeat heartbeat -> "now " + heartbeat.watermark();
                            case Trimmed trimmed -> "after " + trimmed.trimPoint();
                            case Accepted accepted -> "after " + accepted.instance();
                            default -> throw new AssertionError(message);
                        }),
                bounds,
                counters);
    }

    private void commit(long number, List<Write> writes) {
        events.add("commit " + number + " "
                + writes.stream().map(write -> ((RecordingRole.TestWrite) write).number()).toList());
        if (reportsAtOnce) {
            runner().committed(number);
        }
    }
}
