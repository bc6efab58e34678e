package io.synod.client;

import static io.synod.client.ScriptedCluster.MILLIS;
import static io.synod.client.ScriptedCluster.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.ScriptedCluster.Sent;
import io.synod.protocol.SessionId;
import io.synod.protocol.entry.LogEntry;
import org.junit.jupiter.api.Test;

/** One test a claim of {@code docs/protocol.md}, "Clients", about a client that has nothing to do. */
class IdleClientTests {

    private static final int IDLE_MILLIS = 500;

    private final ScriptedCluster cluster = ScriptedCluster.open(SETTINGS.withIdleNanos(IDLE_MILLIS * MILLIS));

    @Test
    void aClientThatWasGivenNothingClosesItsSessionAndSaysDel() {
        SessionId session = cluster.session();
        cluster.pass(IDLE_MILLIS);
        assertThat(cluster.takeOne().entries()).containsExactly(new LogEntry.CloseSession(session));
        assertThat(cluster.takeDels()).isEqualTo(3);
        assertThat(cluster.client.isAway()).isTrue();
        assertThat(cluster.outputs).isEmpty();
    }

    @Test
    void aClientThatIsAwaySaysNothingMore() {
        cluster.pass(IDLE_MILLIS);
        cluster.takeSent();
        cluster.takeDels();
        cluster.takeHis();
        cluster.pass(60_000);
        cluster.beacon(1, 9);
        assertThat(cluster.takeSent()).isEmpty();
        assertThat(cluster.takeHis()).isZero();
        assertThat(cluster.takeDels()).isZero();
        assertThat(cluster.client.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theNextValueBringsItBackInANewSession() {
        SessionId former = cluster.session();
        cluster.pass(IDLE_MILLIS);
        cluster.decideAll();
        cluster.pass(5_000);
        cluster.submit("late");
        cluster.round();
        assertThat(cluster.client.isAway()).isFalse();
        Sent opening = cluster.takeOne();
        assertThat(opening.entries()).singleElement().isInstanceOf(LogEntry.OpenSession.class);
        assertThat(opening.to()).isEqualTo(ScriptedCluster.LAYOUT.proposer(0));
        cluster.decide(opening);
        assertThat(cluster.session()).isNotEqualTo(former);
        cluster.outputs.clear();
        cluster.decide(cluster.takeOne());
        assertThat(cluster.outputs).singleElement().isInstanceOf(ClientOutput.Decided.class);
    }

    @Test
    void aClientThatSubmittedBeforeItLeftSubmitsAgainWhenItIsBack() {
        cluster.submit("early", "too");
        cluster.decideAll();
        cluster.pass(2 * IDLE_MILLIS);
        assertThat(cluster.client.isAway()).isTrue();
        cluster.decideAll();
        cluster.outputs.clear();
        cluster.submit("late");
        cluster.round();
        cluster.decide(cluster.takeOne());
        Sent late = cluster.takeOne();
        assertThat(late.values().firstNumber()).isEqualTo(1);
        cluster.decide(late);
        assertThat(cluster.outputs.getLast()).isInstanceOf(ClientOutput.Decided.class);
    }

    @Test
    void aValueWithoutAnOutcomeKeepsIt() {
        cluster.submit("slow");
        cluster.pass(4 * IDLE_MILLIS);
        assertThat(cluster.client.isAway()).isFalse();
        cluster.decideAll();
        cluster.pass(IDLE_MILLIS / 2);
        assertThat(cluster.client.isAway()).isFalse();
        cluster.pass(2 * IDLE_MILLIS);
        assertThat(cluster.client.isAway()).isTrue();
    }

    @Test
    void aClientThatHasNoSessionYetGoesOnOpeningOne() {
        ScriptedCluster fresh = new ScriptedCluster(SETTINGS.withIdleNanos(IDLE_MILLIS * MILLIS));
        fresh.takeSent();
        fresh.pass(4 * IDLE_MILLIS);
        assertThat(fresh.client.isAway()).isFalse();
        assertThat(fresh.takeSent()).isNotEmpty();
    }

    @Test
    void stoppingAClientThatIsAwaySaysNothing() {
        cluster.pass(IDLE_MILLIS);
        cluster.takeSent();
        cluster.takeDels();
        cluster.stop();
        assertThat(cluster.takeSent()).isEmpty();
        assertThat(cluster.takeDels()).isZero();
    }
}
