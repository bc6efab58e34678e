package io.synod.client.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.client.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
