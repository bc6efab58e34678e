package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person meets who starts, watches and stops a cluster. */
class LauncherIT {

    @TempDir
    private Path temporary;

    @Test
    void aClusterGoesUpIsWatchedMendedAndLeavesNothingBehind() throws IOException {
        Path directory = Files.createDirectory(temporary.resolve("a directory with blanks"));
        List<ProcessHandle> processes;
        try (ProcessCluster cluster = ProcessCluster.up(directory)) {
            Synod synod = cluster.synod();
            assertThat(cluster.services())
                    .containsExactly("acceptor-0", "acceptor-1", "acceptor-2", "client-0", "learner-0", "proposer-0");
            processes = cluster.services().stream().map(cluster::pid).map(ProcessHandle::of).map(Optional::orElseThrow)
                    .toList();

            assertThat(processes).allMatch(process -> CommandLines.of(process).contains("-Dsynod.service="));
            assertThat(synod.run("status").requireOk().out()).contains("leader").doesNotContain("down");
            secondUpSaysSo(synod);
            aKilledProcessIsSeenAndBroughtBack(cluster);
            oneProcessCanBeStopped(cluster);
        }
        assertThat(processes).allMatch(process -> CommandLines.of(process).isEmpty());
        Synod synod = new Synod(directory);
        assertThat(synod.run("status").exit()).isEqualTo(5);
        assertThat(synod.run("stop").requireOk().out()).contains("nothing to stop");
    }

    private static void secondUpSaysSo(Synod synod) {
        Synod.Result second = synod.run("up");
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.err()).contains("a cluster runs here already");
    }

    private static void aKilledProcessIsSeenAndBroughtBack(ProcessCluster cluster) {
        Synod synod = cluster.synod();
        long before = cluster.pid("learner-0");
        cluster.kill("learner-0");
        Synod.Result status = synod.run("status");
        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.out().lines().filter(line -> line.startsWith("learner"))).singleElement().asString()
                .contains("down");
        assertThat(synod.run("start", "learner", "1").requireOk().out()).contains("started learner-0");
        assertThat(cluster.pid("learner-0")).isNotEqualTo(before);
        assertThat(synod.run("start", "learner", "1").requireOk().out()).contains("nothing to start");
        assertThat(synod.run("start", "learner", "2").exit()).isEqualTo(2);
        assertThat(synod.run("logs", "learner", "0", "-n", "1").requireOk().out().lines()).hasSize(1);
    }

    private static void oneProcessCanBeStopped(ProcessCluster cluster) {
        assertThat(cluster.synod().run("stop", "client", "0").requireOk().out()).contains("client-0 stopped");
        assertThat(cluster.services()).doesNotContain("client-0").contains("acceptor-0");
    }

    @Test
    void aTakenPortIsNamedWithItsHolder() throws IOException {
        int offset = ProcessCluster.freeOffset();
        int port = 7_701 + offset;
        try (DatagramSocket other = new DatagramSocket(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            assertThat(other.isBound()).isTrue();
            Synod synod = new Synod(temporary);
            Synod.Result up = synod.run("up", "--port-offset", String.valueOf(offset));
            assertThat(up.exit()).isEqualTo(1);
            assertThat(up.err()).contains("UDP port " + port + " (acceptor-1) is in use by process "
                    + ProcessHandle.current().pid());
            assertThat(synod.data().resolve("run")).doesNotExist();
        }
    }

    @Test
    void aServiceThatFailsToStartStopsTheOthersAndShowsItsLog() {
        Synod synod = new Synod(temporary, Map.of("PAXOS_ACCEPTOR_CLIENTS_MAX", "0"));
        Synod.Result up = synod.run("up", "--port-offset", String.valueOf(ProcessCluster.freeOffset()));
        assertThat(up.exit()).isEqualTo(1);
        assertThat(up.err()).contains("Cannot start: paxos.acceptor.clients-max is '0'")
                .contains("ended while it started");
        assertThat(synod.run("status").exit()).isEqualTo(5);
    }

    @Test
    void everyCommandHasHelpAndAMistakeIsOneLine() {
        Synod synod = new Synod(temporary);
        assertThat(synod.run("--help").requireOk().out()).contains("up").contains("stop").contains("status");
        assertThat(synod.run("up", "--help").requireOk().out()).contains("--port-offset");
        Synod.Result mistake = synod.run("up", "--acceptors", "many");
        assertThat(mistake.exit()).isEqualTo(2);
        assertThat(mistake.err()).startsWith("synod: ");
    }
}
