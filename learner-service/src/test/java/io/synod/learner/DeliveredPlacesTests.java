package io.synod.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.SessionId;
import io.synod.protocol.message.Locate;
import io.synod.protocol.message.Located;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveredPlacesTests {

    private static final SessionId FIRST = new SessionId(1, 0);
    private static final SessionId SECOND = new SessionId(1, 1);

    private final DeliveredPlaces places = new DeliveredPlaces();

    @Test
    void findsEachValueOfEachRunOfAnInstance() {
        places.delivered(1, List.of());
        places.delivered(2, List.of(run(FIRST, 5, 3, 0), run(SECOND, 1, 2, 3)));
        assertThat(places.find(2, FIRST, 5)).isZero();
        assertThat(places.find(2, FIRST, 7)).isEqualTo(2);
        assertThat(places.find(2, SECOND, 2)).isEqualTo(4);
    }

    @Test
    void whatTheInstanceDidNotDeliverIsUnknown() {
        places.delivered(1, List.of(run(FIRST, 5, 3, 0)));
        assertThat(places.find(1, FIRST, 4)).isEqualTo(Located.UNKNOWN);
        assertThat(places.find(1, FIRST, 8)).isEqualTo(Located.UNKNOWN);
        assertThat(places.find(1, SECOND, 5)).isEqualTo(Located.UNKNOWN);
    }

    @Test
    void whatIsNotDeliveredYetIsToldFromWhatIsForgotten() {
        for (long instance = 1; instance <= 5_000; instance++) {
            places.delivered(instance, List.of(run(FIRST, instance, 1, 0)));
        }
        assertThat(places.find(5_001, FIRST, 5_001)).isEqualTo(DeliveredPlaces.NOT_YET);
        assertThat(places.find(5_000, FIRST, 5_000)).isZero();
        assertThat(places.find(5_000 - 4_095, FIRST, 5_000 - 4_095)).isZero();
        assertThat(places.find(5_000 - 4_096, FIRST, 5_000 - 4_096)).isEqualTo(Located.UNKNOWN);
    }

    @Test
    void l2ManyRunsPushOldInstancesOut() {
        List<Run> many = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            many.add(run(new SessionId(1, i), 1, 1, i));
        }
        places.delivered(1, many);
        places.delivered(2, many);
        assertThat(places.find(1, FIRST, 1)).isEqualTo(Located.UNKNOWN);
        assertThat(places.find(2, new SessionId(1, 39_999), 1)).isEqualTo(39_999);
    }

    @Test
    void l2AfterABeginningAnewAsManyAreRememberedAsEver() {
        for (int life = 0; life < 20; life++) {
            places.begin(life * 10_000L);
            for (long instance = life * 10_000L + 1; instance <= life * 10_000L + 4_096; instance++) {
                places.delivered(instance, List.of(run(FIRST, instance, 1, 0), run(SECOND, instance, 1, 1)));
            }
            assertThat(places.find(life * 10_000L + 1, SECOND, life * 10_000L + 1)).as("life %d", life).isEqualTo(1);
        }
    }

    @Test
    void aLearnerTellsAClientWhereAValueStands() {
        LearnerHarness harness = LearnerHarness.registered();
        NodeId client = NodeId.client(9);
        SessionId opened = new SessionId(1, 0);
        harness.decide(1, Batches.batch().open(7, 10).bytes());
        harness.decide(2, Batches.batch().values(opened, 1, "a", "b").bytes()).round();
        harness.forget();
        harness.from(client, 9, new Locate(LearnerHarness.LOG, 2, opened, 2));
        assertThat(harness.sentTo(client, Located.class)).containsExactly(new Located(2, opened, 2, 1));
        harness.forget();
        harness.from(client, 9, new Locate(LearnerHarness.LOG, 3, opened, 3));
        harness.from(client, 9, new Locate(new LogId(78), 2, opened, 2));
        assertThat(harness.sent(Located.class)).isEmpty();
    }

    private static Run run(SessionId session, long firstNumber, int count, int firstIndex) {
        return new Run(session, firstNumber, count, firstIndex, Bytes.EMPTY);
    }
}
