package io.synod.client.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTests {

    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path directory;
    private Process process;

    @BeforeEach
    void startAProcessThatHoldsTheToken() throws IOException {
        process = new ProcessBuilder("sh", "-c", "read line; : " + TOKEN).start();
    }

    @AfterEach
    void endIt() {
        process.destroyForcibly();
    }

    @Test
    void theProcessThatWasStartedIsAlive() {
        assertThat(started(TOKEN).isAlive()).isTrue();
    }

    @Test
    void anotherProcessOfTheSamePidIsNotTakenForIt() {
        assertThat(started("another token").isAlive()).isFalse();
    }

    @Test
    void aProcessThatEndedIsNotAlive() throws InterruptedException, ExecutionException, TimeoutException {
        process.destroyForcibly().onExit().get(10, TimeUnit.SECONDS);
        assertThat(started(TOKEN).isAlive()).isFalse();
    }

    @Test
    void aPidFileSaysWhatWasWritten() throws IOException {
        Path file = directory.resolve("acceptor-0.pid");
        started(TOKEN).write(file);
        assertThat(ServiceProcess.read(file)).isEqualTo(started(TOKEN));
    }

    @Test
    void aMissingOrDamagedPidFileNamesNoProcess() throws IOException {
        Path file = directory.resolve("acceptor-0.pid");
        assertThat(ServiceProcess.read(file)).isNull();
        for (List<String> lines : List.of(List.<String>of(), List.of("x", "y", "z"), List.of("1", TOKEN),
                List.of("1", TOKEN, "yesterday"))) {
            Files.write(file, lines);
            assertThat(ServiceProcess.read(file)).as("%s", lines).isNull();
        }
    }

    @Test
    void stoppingLeavesAForeignProcessOfTheSamePidAlone() throws IOException {
        DataDirectory data = DataDirectory.of(directory);
        data.write(new ClusterPlan("x", 1, 1, 1, 0, 0, 0, true));
        ServiceName service = new ServiceName(ServiceKind.ACCEPTOR, 0);
        started("another token").write(data.pidFile(service));
        LocalCluster.stop(data, data.started());
        assertThat(process.isAlive()).isTrue();
        assertThat(data.started()).isEmpty();
    }

    @Test
    void stoppingEndsTheProcessAndForgetsIt() throws IOException {
        DataDirectory data = DataDirectory.of(directory);
        data.write(new ClusterPlan("x", 1, 1, 1, 0, 0, 0, true));
        started(TOKEN).write(data.pidFile(new ServiceName(ServiceKind.ACCEPTOR, 0)));
        assertThat(LocalCluster.stop(data, data.started())).isEmpty();
        assertThat(data.started()).isEmpty();
        assertThat(started(TOKEN).isAlive()).isFalse();
    }

    private ServiceProcess started(String token) {
        return new ServiceProcess(process.pid(), token, Instant.EPOCH);
    }
}
