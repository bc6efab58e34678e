package io.synod.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Bytes;
import io.synod.protocol.Digest;
import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.message.KeyLocated;
import io.synod.protocol.message.LocateKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The section "Idempotency keys" of {@code docs/protocol.md}, sentence by sentence. */
class RememberedKeysTests {

    private static final SessionId FIRST = new SessionId(1, 1);
    private static final SessionId SECOND = new SessionId(1, 2);

    private final SessionTable table = SessionTable.ofLog(SessionLimits.DEFAULT, new Decisions());

    private List<String> apply(long instance, Batches batch) {
        return Batches.texts(table.apply(instance, batch.bytes()));
    }

    private static Batches opening(long expiry, int keysMax) {
        return Batches.batch().genesis(new SessionLimits(10, 10, expiry, keysMax)).open(7, 9).open(8, 9);
    }

    @Test
    void s8OfTheValuesUnderOneKeyTheFirstIsDeliveredWhateverItsSession() {
        apply(1, opening(100, 10));
        assertThat(apply(2, Batches.batch().values(SECOND, 1, "x").keyed(FIRST, 1, "k", "a")))
                .containsExactly("1/2#1@0=x", "1/1#1@1=a");
        assertThat(apply(3, Batches.batch().keyed(SECOND, 2, "k", "a").values(SECOND, 3, "y")))
                .containsExactly("1/2#3@0=y");
        assertThat(apply(4, Batches.batch().keyed(FIRST, 2, "k", "a").keyed(FIRST, 3, "l", "a")))
                .containsExactly("1/1#3@0=a");
        assertThat(table.counts().duplicates).isEqualTo(2);
        RememberedKeys.Remembered known = table.keys().find(Digest.of(Bytes.ofUtf8("k")));
        assertThat(known).isNotNull().satisfies(it -> {
            assertThat(it.instance).isEqualTo(2);
            assertThat(it.index).isEqualTo(1);
            assertThat(it.value).isEqualTo(Digest.of(Bytes.ofUtf8("a")));
        });
    }

    @Test
    void twoOfOneInstanceAreOne() {
        apply(1, opening(100, 10));
        assertThat(apply(2, Batches.batch().keyed(FIRST, 1, "k", "a").keyed(SECOND, 1, "k", "a")))
                .containsExactly("1/1#1@0=a");
    }

    @Test
    void anotherValueUnderAKeyIsNotDelivered() {
        apply(1, opening(100, 10));
        apply(2, Batches.batch().keyed(FIRST, 1, "k", "a"));
        assertThat(apply(3, Batches.batch().keyed(SECOND, 1, "k", "b").values(SECOND, 2, "next")))
                .containsExactly("1/2#2@0=next");
        assertThat(table.counts().refused).isEqualTo(1);
    }

    @Test
    void aValueThatIsHeldTakesItsKeyWhenItsTurnComes() {
        apply(1, opening(100, 10));
        assertThat(apply(2, Batches.batch().keyed(FIRST, 2, "k", "early"))).isEmpty();
        assertThat(apply(3, Batches.batch().keyed(SECOND, 1, "k", "late"))).containsExactly("1/2#1@0=late");
        assertThat(apply(4, Batches.batch().values(FIRST, 1, "a"))).containsExactly("1/1#1@0=a");
        assertThat(apply(5, Batches.batch().values(FIRST, 3, "c"))).containsExactly("1/1#3@0=c");
    }

    @Test
    void aValueOfASessionThatIsOverTakesNoKey() {
        apply(1, opening(100, 10));
        apply(2, Batches.batch().close(FIRST).keyed(FIRST, 1, "k", "a"));
        assertThat(apply(3, Batches.batch().keyed(SECOND, 1, "k", "a"))).hasSize(1);
    }

    @Test
    void aKeyOutlivesItsSessionAndExpiresLikeOne() {
        apply(1, opening(3, 10));
        apply(2, Batches.batch().keyed(FIRST, 1, "k", "a").close(FIRST));
        apply(4, Batches.batch().keyed(SECOND, 1, "k", "a"));
        assertThat(apply(7, Batches.batch().keyed(SECOND, 2, "k", "a"))).isEmpty();
        apply(8, Batches.batch().renew(SECOND));
        assertThat(apply(11, Batches.batch().keyed(SECOND, 3, "k", "a"))).containsExactly("1/2#3@0=a");
    }

    @Test
    void l2AtTheLimitTheLongestUnusedKeyGoesAndThatIsSaid() {
        apply(1, opening(100, 2));
        apply(2, Batches.batch().keyed(FIRST, 1, "k", "a").keyed(FIRST, 2, "l", "b"));
        apply(3, Batches.batch().keyed(FIRST, 3, "k", "a"));
        assertThat(table.keys().forgotten()).isZero();
        assertThat(apply(4, Batches.batch().keyed(FIRST, 4, "m", "c"))).hasSize(1);
        assertThat(table.events()).containsExactly(new LearnerNotice.KeysForgotten(1, 2));
        assertThat(apply(5, Batches.batch().keyed(FIRST, 5, "k", "a"))).isEmpty();
        assertThat(apply(6, Batches.batch().keyed(FIRST, 6, "l", "b"))).containsExactly("1/1#6@0=b");
        assertThat(table.events()).isEmpty();
        assertThat(apply(7, Batches.batch().keyed(FIRST, 7, "o", "d"))).hasSize(1);
        assertThat(table.events()).containsExactly(new LearnerNotice.KeysForgotten(3, 2));
        assertThat(table.keys().size()).isEqualTo(2);
    }

    @Test
    void theLearnerInsideAClientSaysOnlyThatTheTurnCame() {
        SessionTable own = SessionTable.ofClient(SessionLimits.FLOOR, new Decisions());
        own.expectNonce(7, -7);
        own.apply(1, opening(100, 10).bytes());
        assertThat(Batches.texts(own.apply(2, Batches.batch().keyed(FIRST, 1, "k", "a").bytes())))
                .containsExactly("1/1#1@-1=a");
        assertThat(Batches.texts(own.apply(
                3, Batches.batch().keyed(FIRST, 2, "k", "a").values(FIRST, 3, "b").bytes())))
                .containsExactly("1/1#2@-1=a", "1/1#3@-1=b");
        assertThat(own.keys().size()).isZero();
    }

    @Test
    void aLearnerAnswersWhatStandsUnderAKeyOnceItHasDeliveredTheInstance() {
        LearnerHarness harness = LearnerHarness.registered();
        NodeId client = NodeId.client(900);
        Digest key = Digest.of(Bytes.ofUtf8("k"));
        harness.decide(1, opening(100, 10).bytes());
        harness.decide(2, Batches.batch().values(SECOND, 1, "x").keyed(FIRST, 1, "k", "a").bytes()).round();
        harness.from(client, 900, new LocateKey(LearnerHarness.LOG, 3, SECOND, 2, key));
        harness.from(client, 900, new LocateKey(new LogId(5), 2, SECOND, 2, key));
        assertThat(harness.sentTo(client, KeyLocated.class)).isEmpty();
        harness.decide(3, Batches.batch().keyed(SECOND, 2, "k", "a").bytes()).round();
        harness.from(client, 900, new LocateKey(LearnerHarness.LOG, 3, SECOND, 2, key));
        harness.from(client, 900, new LocateKey(LearnerHarness.LOG, 3, SECOND, 2, new Digest(1, 1)));
        assertThat(harness.sentTo(client, KeyLocated.class))
                .containsExactly(
                        new KeyLocated(3, SECOND, 2, 2, 1, Digest.of(Bytes.ofUtf8("a"))),
                        new KeyLocated(3, SECOND, 2, KeyLocated.NOWHERE, 0, Digest.NONE));
    }
}
