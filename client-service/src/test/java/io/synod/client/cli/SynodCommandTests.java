package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.config.ConfigurationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SynodCommandTests {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesTheExitStatuses() {
        assertThat(execute("--help")).isZero();
        for (ExitStatus status : ExitStatus.values()) {
            assertThat(out.toString()).contains(status.code() + " ").contains(status.meaning());
        }
    }

    @Test
    void helpOfTheSimulationNamesItsOwnExitStatuses() {
        assertThat(execute("simulate", "--help")).isZero();
        assertThat(out.toString()).contains("20", "21", "22").doesNotContain(ExitStatus.UNREACHABLE.meaning());
    }

    @Test
    void everyCommandHasHelp() {
        for (String name : SynodCommand.commandLine().getSubcommands().keySet()) {
            assertThat(execute(name, "--help")).as(name).isZero();
        }
    }

    @Test
    void anUnknownOptionIsOneLineAndAHint() {
        assertThat(execute("--no-such-option")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).startsWith("synod: Unknown option: '--no-such-option'").contains("synod --help");
        assertThat(err.toString().lines()).hasSize(2);
    }

    @Test
    void noCommandIsAMistake() {
        assertThat(execute()).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).startsWith("synod: no command given");
    }

    @Test
    void aReaderOfTheOutputThatWentAwayIsNothingToTell() throws Exception {
        assertThat(report(new IOException("Broken pipe"))).isEqualTo(141);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whatTheSystemRefusesIsOneLine() throws Exception {
        assertThat(report(new AccessDeniedException("/closed/stats"))).isEqualTo(ExitStatus.FAILED.code());
        assertThat(report(new IOException("No space left on device"))).isEqualTo(ExitStatus.FAILED.code());
        assertThat(err.toString().lines())
                .containsExactly("synod: /closed/stats: AccessDenied", "synod: No space left on device");
    }

    @Test
    void aWrongClusterFileIsOneLine() throws Exception {
        ConfigurationException wrong = new ConfigurationException("synod.trimmer", "x", "allowed is a number");
        assertThat(report(wrong)).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString().lines())
                .containsExactly("synod: in the cluster file, synod.trimmer is 'x'; allowed is a number");
    }

    private int report(Exception failure) throws Exception {
        CommandLine commandLine = SynodCommand.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.getExecutionExceptionHandler()
                .handleExecutionException(failure, commandLine, commandLine.parseArgs("status"));
    }

    private int execute(String... args) {
        CommandLine commandLine = SynodCommand.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(args);
    }
}
