package io.synod.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each decision broken on purpose does what the rules forbid: so it is the decision that upholds the rule. */
class DecisionMutantsTests {

    private static final SessionId SESSION = new SessionId(1, 1);

    private static LearnerHarness harness(Decisions decisions) {
        return new LearnerHarness(LearnerHarness.settings(3, 1), decisions).start().register(0);
    }

    private static List<String> deliver(Decisions decisions, Batches... batches) {
        SessionTable table = SessionTable.ofLog(SessionLimits.DEFAULT, decisions);
        long instance = 1;
        table.apply(instance++, Batches.batch().genesis(10, 2, 100).open(7, 9).bytes());
        List<String> last = List.of();
        for (Batches batch : batches) {
            last = Batches.texts(table.apply(instance++, batch.bytes()));
        }
        return last;
    }

    @Test
    void s6CountingOneAcceptorTwiceDecidesWithoutAQuorum() {
        LearnerHarness broken = harness(new Decisions() {
            @Override
            int accepts(@Nullable Ballot[] newest, Ballot ballot, boolean repeated) {
                return super.accepts(newest, ballot, repeated) + (repeated ? 1 : 0);
            }
        });
        Bytes value = Batches.of("x");
        broken.value(0, 1, 1, value).value(0, 1, 1, value).round();
        assertThat(broken.deliveredInstances()).containsExactly(1L);
    }

    @Test
    void takingTheValueOfALowerBallotDeliversWhatWasNotDecided() {
        LearnerHarness broken = harness(new Decisions() {
            @Override
            boolean valueCounts(Ballot valueBallot, Ballot decided) {
                return true;
            }
        });
        Bytes high = Batches.of("high");
        broken.value(0, 1, 1, Batches.of("low")).vote(1, 1, 2, high).vote(2, 1, 2, high).round();
        assertThat(broken.outputs(Delivered.class).getFirst().batch()).isEqualTo(Batches.of("low"));
    }

    @Test
    void s8WithoutTheCheckForDuplicatesAValueIsDeliveredTwice() {
        Decisions broken = new Decisions() {
            @Override
            long firstNew(long next) {
                return 0;
            }
        };
        Batches[] twice = {Batches.batch().values(SESSION, 1, "a"), Batches.batch().values(SESSION, 1, "a")};
        assertThat(deliver(broken, twice)).containsExactly("1/1#1@0=a");
    }

    @Test
    void s8WithoutWaitingValuesAreDeliveredOutOfOrder() {
        Decisions broken = new Decisions() {
            @Override
            boolean waits(long firstNumber, long next) {
                return false;
            }
        };
        assertThat(deliver(broken, Batches.batch().values(SESSION, 2, "b"))).containsExactly("1/1#2@0=b");
    }

    @Test
    void s8WithLimitsOfItsOwnALearnerDeliversWhatOthersDrop() {
        Decisions broken = new Decisions() {
            @Override
            SessionLimits limits(SessionLimits genesis, SessionLimits before) {
                return before;
            }
        };
        Batches ahead = Batches.batch().values(SESSION, 3, "c");
        Batches rest = Batches.batch().values(SESSION, 1, "a", "b");
        assertThat(deliver(broken, ahead, rest)).hasSize(3);
        ahead.values(SESSION, 3, "c");
        rest.values(SESSION, 1, "a", "b");
        assertThat(deliver(new Decisions(), ahead, rest)).hasSize(2);
    }
}
