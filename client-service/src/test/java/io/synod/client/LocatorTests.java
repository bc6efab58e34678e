package io.synod.client;

import static io.synod.client.ScriptedCluster.MILLIS;
import static io.synod.client.ScriptedCluster.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.ScriptedCluster.Asked;
import io.synod.client.ScriptedCluster.Sent;
import io.synod.protocol.Bytes;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.Quorums;
import io.synod.protocol.SessionId;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.message.Located;
import org.junit.jupiter.api.Test;

/** The index of a value before which values of others stand in the instance. */
class LocatorTests {

    private static final SessionId OTHERS = new SessionId(900, 0);

    private final ScriptedCluster cluster = ScriptedCluster.open(SETTINGS);

    @Test
    void asksALearnerForTheIndexThatItCannotKnow() {
        cluster.submit("a", "b");
        decideBehindOthers(cluster, cluster.takeOne());
        assertThat(cluster.outputs).isEmpty();
        Asked asked = cluster.takeAsked().getFirst();
        assertThat(asked.to()).isEqualTo(ScriptedCluster.LAYOUT.learner(0));
        assertThat(asked.locate().number()).isEqualTo(1);
        assertThat(asked.locate().instance()).isEqualTo(cluster.instance());
        cluster.locate(asked, 3);
        assertThat(cluster.outputs).containsExactly(new ClientOutput.Decided(0, 1, 2, cluster.instance(), 3, 0));
        cluster.pass(1_000);
        assertThat(cluster.takeAsked()).isEmpty();
    }

    @Test
    void asksNobodyWhereItKnows() {
        cluster.submit("a");
        cluster.decide(cluster.takeOne());
        assertThat(cluster.outputs).hasSize(1);
        assertThat(cluster.takeAsked()).isEmpty();
    }

    @Test
    void eachSubmitCallOfABlockGetsItsOwnIndex() {
        ScriptedCluster narrow = ScriptedCluster.open(SETTINGS.withWindow(2, 1 << 20));
        narrow.submit("0", "1");
        Sent first = narrow.takeOne();
        narrow.submit("2");
        narrow.submit("3");
        narrow.decide(first);
        narrow.outputs.clear();
        decideBehindOthers(narrow, narrow.takeOne());
        Asked asked = narrow.takeAsked().getFirst();
        narrow.locate(asked, 7);
        assertThat(narrow.outputs)
                .containsExactly(
                        new ClientOutput.Decided(0, 3, 1, narrow.instance(), 7, 0),
                        new ClientOutput.Decided(0, 4, 1, narrow.instance(), 8, 0));
    }

    @Test
    void outcomesBehindOneThatWaitsKeepTheOrderOfTheTickets() {
        cluster.submit("a");
        Sent first = cluster.takeOne();
        cluster.submit("b");
        Sent second = cluster.takeOne();
        decideBehindOthers(cluster, first);
        cluster.decide(second);
        assertThat(cluster.outputs).isEmpty();
        cluster.locate(cluster.takeAsked().getFirst(), 1);
        assertThat(cluster.outputs).extracting(output -> ((ClientOutput.Decided) output).firstTicket())
                .containsExactly(1L, 2L);
    }

    @Test
    void asksAnotherLearnerWhenTheFirstIsSilent() {
        ClientSettings two = ClientSettings.of(new ClusterLayout(3, 3, 2, false), Quorums.majority(3));
        ScriptedCluster pair = ScriptedCluster.open(two);
        pair.submit("a");
        decideBehindOthers(pair, pair.takeOne());
        pair.pass(30);
        assertThat(pair.takeAsked()).extracting(asked -> asked.to().id()).contains(0, 1);
    }

    @Test
    void givesTheOutcomeWithoutAnIndexWhenNobodyKnowsIt() {
        cluster.submit("a");
        decideBehindOthers(cluster, cluster.takeOne());
        cluster.locate(cluster.takeAsked().getFirst(), Located.UNKNOWN);
        assertThat(cluster.outputs).singleElement().isInstanceOfSatisfying(ClientOutput.Decided.class,
                decided -> assertThat(decided.firstIndex()).isNegative());
    }

    @Test
    void holdsAnOutcomeBackForABoundedTime() {
        cluster.submit("a");
        decideBehindOthers(cluster, cluster.takeOne());
        cluster.pass(Locator.GIVE_UP_NANOS / MILLIS - 1);
        assertThat(cluster.outputs).isEmpty();
        cluster.pass(1);
        assertThat(cluster.outputs).hasSize(1);
        assertThat(cluster.takeAsked()).hasSizeBetween(4, 10);
    }

    @Test
    void aClientThatStopsGivesWhatItHasHeldBack() {
        cluster.submit("a");
        decideBehindOthers(cluster, cluster.takeOne());
        cluster.stop();
        assertThat(cluster.outputs).hasSize(1);
    }

    @Test
    void aClientThatNeedsNoIndexHoldsNothingBack() {
        ScriptedCluster load = ScriptedCluster.open(SETTINGS.withLocates(false));
        load.submit("a");
        decideBehindOthers(load, load.takeOne());
        assertThat(load.outputs).hasSize(1);
        assertThat(load.takeAsked()).isEmpty();
    }

    private static void decideBehindOthers(ScriptedCluster cluster, Sent submit) {
        EntryWriter writer = new EntryWriter(64);
        writer.beginValues(OTHERS, 1);
        writer.value(Bytes.ofUtf8("another client's"));
        writer.endValues();
        writer.encoded(submit.submit().entries());
        cluster.decide(writer.take());
    }
}
