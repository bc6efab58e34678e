package io.synod.client.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ClusterStateTests {

    private static final ServiceProcess PROCESS = new ServiceProcess(42, "token", Instant.EPOCH);

    private final ServiceState acceptor = service(ServiceKind.ACCEPTOR, """
            {"roles": {"acceptor": {"status": "VOTING", "leader": {"round": 3, "proposerId": 1, "incarnation": 5},
             "watermark": 20, "storedInstances": 12, "trimPoint": 8}}}""");
    private final ServiceState leader = service(ServiceKind.PROPOSER, """
            {"roles": {"proposer": {"state": "LEADER", "recovering": false, "leaderId": 0, "watermark": 21}}}""");
    private final ServiceState learner = service(ServiceKind.LEARNER, """
            {"roles": {"learner": {"state": "CURRENT", "delivered": 19}}}""");
    private final ServiceState out = service(ServiceKind.ACCEPTOR, """
            {"roles": {"acceptor": {"status": "OUT", "reason": "it lost what it knew"}}}""");
    private final ServiceState idle = service(ServiceKind.CLIENT, """
            {"roles": {"client": {"away": true, "leader": 1, "learner": {"state": "CURRENT", "delivered": 2}}}}""");
    private final ServiceState down = ServiceState.of(new ServiceName(ServiceKind.CLIENT, 0), null, false, null);

    @Test
    void aClusterIsHealthyWhenAllWorkUnderALeader() {
        assertThat(new ClusterState(List.of(acceptor, leader, learner)).isHealthy()).isTrue();
        assertThat(new ClusterState(List.of(acceptor, learner)).isHealthy()).isFalse();
        assertThat(new ClusterState(List.of(acceptor, leader, learner, out)).isHealthy()).isFalse();
        assertThat(new ClusterState(List.of(acceptor, leader, learner, down)).isHealthy()).isFalse();
    }

    @Test
    void aLeaderThatStillRecoversTakesNoValues() {
        ServiceState recovering = service(ServiceKind.PROPOSER, """
                {"roles": {"proposer": {"state": "LEADER", "recovering": true}}}""");
        assertThat(new ClusterState(List.of(recovering)).takesValues()).isFalse();
        assertThat(new ClusterState(List.of(leader)).takesValues()).isTrue();
    }

    @Test
    void theTableShowsWhatEachSaysAndWhatIsWrong() {
        StringWriter text = new StringWriter();
        new ClusterState(List.of(acceptor, out, leader, learner, down)).print(new PrintWriter(text));
        assertThat(text.toString().lines()).containsExactly(
                "ROLE      ID  PID  STATE    LEADER  INSTANCE  STORED  TRIMMED  LAG",
                "acceptor   0   42  voting        1        20      12        8    -",
                "acceptor   0   42  out           -         -       -        -    -",
                "proposer   0   42  leader        0        21       -        -    -",
                "learner    0   42  current       -        19       -        -    2",
                "client     0    -  down          -         -       -        -    -",
                "acceptor-0 out: it lost what it knew");
    }

    /** What a client that left once heard says nothing of the present. */
    @Test
    void aClientWithNothingToDoIsIdleAndDoesNotLag() {
        StringWriter text = new StringWriter();
        new ClusterState(List.of(leader, idle)).print(new PrintWriter(text));
        assertThat(text.toString().lines()).last()
                .isEqualTo("client     0   42  idle         -         -       -        -    -");
        assertThat(idle.isHealthy()).isTrue();
    }

    @Test
    void aLearnerThatHoldsATrimUpIsNamed() {
        ServiceState first = service(ServiceKind.ACCEPTOR, """
                {"roles": {"acceptor": {"status": "VOTING", "trimPoint": 12, "trimAsked": 900, "held": [950, 12]}}}""");
        ServiceState restarted = service(ServiceKind.ACCEPTOR, """
                {"roles": {"acceptor": {"status": "VOTING", "trimPoint": 12, "trimAsked": 0, "held": [0, 0]}}}""");
        StringWriter text = new StringWriter();
        new ClusterState(List.of(first, restarted, leader)).print(new PrintWriter(text));
        assertThat(text.toString().lines().toList()).last()
                .isEqualTo("the trim up to instance 900 waits for learner-1, which holds up to 12");
        ServiceState done = service(ServiceKind.ACCEPTOR,
                """
                {"roles": {"acceptor": {"status": "VOTING", "trimPoint": 900, "trimAsked": 900, "held": [950, 12]}}}""");
        StringWriter quiet = new StringWriter();
        new ClusterState(List.of(done, leader)).print(new PrintWriter(quiet));
        assertThat(quiet.toString()).doesNotContain("waits");
    }

    @Test
    void aLearnerThatIsExcludedIsShownAndHoldsNothingUp() {
        ServiceState first = service(ServiceKind.ACCEPTOR, """
                {"roles": {"acceptor": {"status": "VOTING", "trimPoint": 12, "trimAsked": 900, "held": [950, 12],
                 "trimExcluded": [1]}}}""");
        ServiceState waiting = service(ServiceKind.ACCEPTOR, """
                {"roles": {"acceptor": {"status": "VOTING", "trimPoint": 12, "trimAsked": 900, "held": [950, 12],
                 "trimExcluded": []}}}""");
        StringWriter text = new StringWriter();
        new ClusterState(List.of(first, first, leader)).print(new PrintWriter(text));
        assertThat(text.toString().lines()).last()
                .isEqualTo("acceptors trim without learner-1 until they hear it again");
        assertThat(text.toString()).doesNotContain("waits");
        StringWriter held = new StringWriter();
        new ClusterState(List.of(first, waiting, leader)).print(new PrintWriter(held));
        assertThat(held.toString().lines()).last()
                .isEqualTo("the trim up to instance 900 waits for learner-1, which holds up to 12");
    }

    @Test
    void saysWithWhichKeysDatagramsAreSealed() {
        assertThat(lastLine(sealing(ServiceKind.ACCEPTOR, 2), sealing(ServiceKind.LEARNER, 2)))
                .isEqualTo("datagrams are sealed with key 2");
        assertThat(lastLine(sealing(ServiceKind.ACCEPTOR, 2), sealing(ServiceKind.LEARNER, 1)))
                .isEqualTo("datagrams are sealed with different keys: key 1 by learner-0, key 2 by acceptor-0");
        assertThat(lastLine(sealing(ServiceKind.ACCEPTOR, 0)))
                .isEqualTo("datagrams are in plain text; ./synod up makes a key when none of the cluster runs");
    }

    private static ServiceState sealing(ServiceKind kind, int key) {
        return service(kind, "{\"transport\": {\"keys\": {\"sending\": " + key + "}}}");
    }

    private static String lastLine(ServiceState... services) {
        StringWriter text = new StringWriter();
        new ClusterState(List.of(services)).print(new PrintWriter(text));
        return text.toString().lines().toList().getLast();
    }

    @Test
    void keysThatCannotBeReadAreToldOf() {
        ServiceState stuck = service(ServiceKind.ACCEPTOR,
                "{\"transport\": {\"keys\": {\"sending\": 1, \"problem\": \"k: it cannot be read\"}}}");
        assertThat(stuck.complaints()).containsExactly("has other keys than its file: k: it cannot be read");
    }

    @Test
    void aStoppedLearnerSaysWhy() {
        ServiceState stopped = service(ServiceKind.LEARNER, """
                {"roles": {"learner": {"state": "BELOW_TRIM", "detail": "instance 5 is trimmed"}}}""");
        assertThat(stopped.isHealthy()).isFalse();
        assertThat(stopped.complaints()).containsExactly("below trim: instance 5 is trimmed");
    }

    private static ServiceState service(ServiceKind kind, String json) {
        return ServiceState.of(new ServiceName(kind, 0), PROCESS, true, new JsonMapper().readTree(json));
    }
}
