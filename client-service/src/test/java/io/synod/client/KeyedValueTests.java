package io.synod.client;

import static io.synod.client.ScriptedCluster.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.ScriptedCluster.KeyAsked;
import io.synod.client.ScriptedCluster.Sent;
import io.synod.protocol.Bytes;
import io.synod.protocol.Digest;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.message.KeyLocated;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values with an idempotency key: what stands under the key is the outcome, and only a learner can tell. */
class KeyedValueTests {

    private final ScriptedCluster cluster = ScriptedCluster.open(SETTINGS);

    private KeyAsked submitAndDecide(String key, String value) {
        cluster.submitKeyed(key, value);
        cluster.decide(cluster.takeOne());
        return cluster.takeKeysAsked().getFirst();
    }

    @Test
    void aValueWithAKeyIsAnEntryOfItsOwn() {
        cluster.submit("a");
        cluster.takeOne();
        cluster.submit("b");
        cluster.submitKeyed("k", "c");
        cluster.submit("d");
        List<LogEntry> entries = cluster.takeSent().stream().flatMap(sent -> sent.entries().stream()).toList();
        assertThat(entries).filteredOn(LogEntry.KeyedValue.class::isInstance).singleElement()
                .isInstanceOfSatisfying(LogEntry.KeyedValue.class, keyed -> {
                    assertThat(keyed.key()).isEqualTo(Bytes.ofUtf8("k"));
                    assertThat(keyed.value().firstNumber()).isEqualTo(3);
                });
        assertThat(entries).hasSize(3);
    }

    @Test
    void theOutcomeIsWhereTheKeyStands() {
        KeyAsked asked = submitAndDecide("k", "a");
        assertThat(asked.locate().key()).isEqualTo(Digest.of(Bytes.ofUtf8("k")));
        assertThat(asked.locate().instance()).isEqualTo(cluster.instance());
        assertThat(cluster.outputs).isEmpty();
        cluster.locate(asked, 1, 4, "a");
        assertThat(cluster.outputs).containsExactly(new ClientOutput.Decided(0, 1, 1, 1, 4, 0));
        assertThat(cluster.client.view(cluster.nowNanos()).counts().decided()).isEqualTo(1);
    }

    @Test
    void anotherValueUnderTheKeyIsARefusal() {
        cluster.locate(submitAndDecide("k", "a"), 1, 0, "b");
        assertThat(cluster.outputs)
                .containsExactly(new ClientOutput.Refused(0, 1, 1, RefusalReason.KEY_OF_ANOTHER_VALUE));
    }

    @Test
    void aKeyThatIsForgottenOrTakenLaterTellsNothing() {
        cluster.locate(submitAndDecide("k", "a"), KeyLocated.NOWHERE, 0, "");
        cluster.locate(submitAndDecide("l", "a"), cluster.instance() + 1, 0, "a");
        assertThat(cluster.outputs)
                .containsExactly(
                        new ClientOutput.Unknown(0, 1, 1, cluster.session(), 1),
                        new ClientOutput.Unknown(0, 2, 1, cluster.session(), 2));
    }

    @Test
    void othersDoNotWaitForAKey() {
        cluster.submitKeyed("k", "a");
        Sent first = cluster.takeOne();
        cluster.submit("b");
        Sent second = cluster.takeOne();
        cluster.decide(first);
        cluster.decide(second);
        assertThat(cluster.outputs).singleElement()
                .isInstanceOfSatisfying(ClientOutput.Decided.class, it -> assertThat(it.firstTicket()).isEqualTo(2));
        cluster.locate(cluster.takeKeysAsked().getFirst(), 2, 0, "a");
        assertThat(cluster.outputs).hasSize(2);
    }

    @Test
    void whatNobodyAnswersIsUnknownAtTheDeadline() {
        submitAndDecide("k", "a");
        cluster.pass(9_999);
        assertThat(cluster.outputs).isEmpty();
        assertThat(cluster.takeKeysAsked()).hasSizeGreaterThan(20);
        cluster.pass(1);
        assertThat(cluster.outputs).containsExactly(new ClientOutput.Unknown(0, 1, 1, cluster.session(), 1));
    }

    @Test
    void anAnswerThatComesTwiceOrLateIsOfNoMatter() {
        KeyAsked asked = submitAndDecide("k", "a");
        cluster.locate(asked, 1, 4, "a");
        cluster.locate(asked, 1, 4, "a");
        cluster.pass(20_000);
        assertThat(cluster.outputs).hasSize(1);
    }

    @Test
    void aClientThatStopsCallsUnknownWhatItDoesNotKnow() {
        submitAndDecide("k", "a");
        cluster.stop();
        assertThat(cluster.outputs).singleElement().isInstanceOf(ClientOutput.Unknown.class);
    }
}
