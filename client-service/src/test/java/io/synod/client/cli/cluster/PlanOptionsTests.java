package io.synod.client.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.client.cli.ClusterFile;
import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.KeyFile;
import io.synod.protocol.seal.KeyRing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class PlanOptionsTests {

    private static final ClusterPlan STOPPED = new ClusterPlan("local-1", 5, 2, 3, 0, 40, 1, false);

    @Command
    private static final class Parsed {
        @Mixin
        private final PlanOptions options = new PlanOptions();
    }

    @TempDir
    private Path temporary;

    private static PlanOptions options(String... arguments) {
        Parsed parsed = new Parsed();
        new CommandLine(parsed).parseArgs(arguments);
        return parsed.options;
    }

    @Test
    void aNewClusterIsDurableUnlessMemoryIsAskedFor() {
        ClusterPlan plan = options().newPlan();
        assertThat(plan).isEqualTo(new ClusterPlan(plan.name(), 3, 1, 1, 0, 0, 0, false));
        assertThat(options("--memory").newPlan().memory()).isTrue();
        assertThat(options().newPlan().name()).isNotEqualTo(plan.name());
    }

    @Test
    void aClusterThatWasStoppedGoesOnAsItWasButForWhatIsGiven() {
        DataDirectory directory = DataDirectory.of(temporary);
        assertThat(options().planOf(STOPPED, directory)).isEqualTo(STOPPED);
        assertThat(options("--acceptors", "5", "--learners", "1", "--trimmer", "0", "--port-offset", "7")
                .planOf(STOPPED, directory)).isEqualTo(new ClusterPlan("local-1", 5, 2, 1, 0, 7, 0, false));
    }

    /** One of a time when there were no keys, or that was started with --plain: none of it runs, so it can change. */
    @Test
    void aPlainClusterThatWasStoppedGoesOnSealed() {
        DataDirectory directory = DataDirectory.of(temporary);
        ClusterPlan plain = options("--plain").planOf(STOPPED, directory);
        assertThat(plain.sealed()).isFalse();
        assertThat(options().planOf(plain, directory)).isEqualTo(STOPPED);
        assertThat(options("--plain").newPlan().sealed()).isFalse();
        assertThat(options().newPlan().sealed()).isTrue();
    }

    @Test
    void keysAreMadeOnceAndAreTheirOwnersAlone() throws IOException {
        DataDirectory directory = DataDirectory.of(temporary);
        directory.write(options("--plain").planOf(STOPPED, directory));
        assertThat(temporary.resolve("keys")).doesNotExist();
        assertThat(ClusterFile.read(directory.planFile(), true).keys()).isNull();

        directory.write(STOPPED);
        Path cluster = directory.keyFile(ServiceKind.LEARNER);
        Path client = directory.keyFile(ServiceKind.CLIENT);
        for (Path file : new Path[] {cluster, client}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        }
        KeyRing ring = KeyFile.read(cluster);
        assertThat(ClusterFile.read(directory.planFile(), true).keys()).isEqualTo(ring.forClients());

        Files.delete(client);
        directory.write(STOPPED);
        assertThat(KeyFile.read(cluster)).isEqualTo(ring);
        assertThat(KeyFile.read(client)).isEqualTo(ring.forClients());
    }

    @Test
    void linesAboutHttpThatWereAddedByHandStay() throws IOException {
        DataDirectory directory = DataDirectory.of(temporary);
        directory.write(STOPPED);
        Files.writeString(directory.planFile(), "synod.token-file=ops.token\n", StandardOpenOption.APPEND);
        directory.write(STOPPED);
        assertThat(Files.readAllLines(directory.planFile())).contains("synod.token-file=ops.token")
                .containsAll(STOPPED.toLines());
    }

    @Test
    void whatDoesNotGoWithTheStoresIsRefused() {
        DataDirectory directory = DataDirectory.of(temporary);
        for (String[] given : new String[][] {{"--acceptors", "3"}, {"--replicas", "3"}, {"--phase2", "2"},
                {"--memory"}}) {
            assertThatThrownBy(() -> options(given).planOf(STOPPED, directory)).isInstanceOf(CommandFailure.class)
                    .hasMessageStartingWith(given[0] + " is ").hasMessageContaining(temporary.toString());
        }
    }

    @Test
    void aClusterIsStoppedThatHasStores() throws IOException {
        DataDirectory directory = DataDirectory.of(temporary);
        assertThat(directory.stopped()).isNull();
        directory.write(STOPPED);
        assertThat(directory.stopped()).isNull();
        Files.createDirectories(directory.storeDirectory(new ServiceName(ServiceKind.ACCEPTOR, 0)));
        assertThat(directory.stopped()).isEqualTo(STOPPED);
    }
}
