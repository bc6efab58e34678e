package io.synod.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogStateTests {

    private static final LogId LOG = new LogId(77);
    private static final int LOGS = 300;
    private static final int INSTANCES = 60;

    private static List<Bytes> randomLog(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RandomLog log = new RandomLog(random);
        ReferenceSessions reference = new ReferenceSessions(log.limits);
        List<Bytes> batches = new ArrayList<>();
        for (long instance = 1; instance <= INSTANCES; instance++) {
            batches.add(log.next(instance, reference).bytes());
        }
        return batches;
    }

    private static List<Run> apply(LogState state, List<Bytes> batches, long instance) {
        Bytes batch = batches.get((int) instance - 1);
        return state.apply(instance, batch.checksum(), batch);
    }

    /** S8: de-duplication outlives whoever did it. */
    @Test
    void s8AStateHandedOverAtAnyInstanceDeliversWhatTheOriginalDoes() {
        int handedOver = 0;
        for (long seed = 0; seed < LOGS; seed++) {
            List<Bytes> batches = randomLog(seed);
            LogState original = LogState.empty();
            List<LogState> others = new ArrayList<>();
            for (long instance = 1; instance <= INSTANCES; instance++) {
                List<String> delivered = Batches.texts(apply(original, batches, instance));
                for (LogState other : others) {
                    assertThat(Batches.texts(apply(other, batches, instance)))
                            .as("seed %s, instance %s", seed, instance)
                            .isEqualTo(delivered);
                }
                if (instance % 7 == seed % 7) {
                    others.add(LogState.of(original.snapshot(LOG)));
                    handedOver++;
                }
            }
            for (LogState other : others) {
                assertThat(other.snapshot(LOG)).isEqualTo(original.snapshot(LOG));
            }
        }
        assertThat(handedOver).isGreaterThan(LOGS * 8);
    }

    @Test
    void s13TheRollingHashGoesOnAfterASnapshot() {
        LogState original = LogState.empty();
        LogState other = original;
        for (long instance = 1; instance <= 3_000; instance++) {
            Bytes batch = Batches.of("value " + instance);
            original.apply(instance, batch.checksum(), batch);
            if (instance == 1_500) {
                other = LogState.of(original.snapshot(LOG));
            } else if (instance > 1_500) {
                other.apply(instance, batch.checksum(), batch);
            }
        }
        assertThat(original.hashes()).hasSize(2);
        assertThat(other.hashes()).isEqualTo(original.hashes());
    }

    @Test
    void aSnapshotHasTheLengthThatWasForetold() {
        List<Bytes> batches = randomLog(5);
        LogState state = LogState.empty();
        for (long instance = 1; instance <= INSTANCES; instance++) {
            apply(state, batches, instance);
            assertThat(state.snapshot(LOG).state().length()).isEqualTo((int) state.snapshotBytes());
        }
    }

    /** What comes from a peer is judged: whatever its bytes are, it is refused in one way. */
    @Test
    void aSnapshotThatIsCutOrGarbledIsRefusedOrRead() {
        List<Bytes> batches = randomLog(11);
        LogState state = LogState.empty();
        for (long instance = 1; instance <= INSTANCES; instance++) {
            apply(state, batches, instance);
        }
        byte[] whole = state.snapshot(LOG).state().toByteArray();
        for (int length = 0; length < whole.length; length++) {
            Bytes cut = Bytes.wrap(whole, 0, length);
            assertThatThrownBy(() -> LogState.of(new LearnerSnapshot(INSTANCES, LOG, cut)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 2_000; i++) {
            byte[] garbled = whole.clone();
            garbled[random.nextInt(garbled.length)] = (byte) random.nextInt();
            try {
                LogState.of(new LearnerSnapshot(INSTANCES, LOG, Bytes.wrap(garbled)));
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void s7AnInstanceThatDoesNotFollowIsRefused() {
        LogState state = LogState.empty();
        assertThatThrownBy(() -> state.apply(2, Bytes.EMPTY.checksum(), Bytes.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("instance 2 does not follow 0");
    }
}
