package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.config.HttpRole;
import io.synod.config.HttpToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TokenCommandTests {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... args) {
        CommandLine line = SynodCommand.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @Test
    void theTokenIsInAFileOfItsOwnersAloneAndItsEntryIsPrinted() throws IOException {
        Path file = directory.resolve("ops.token");
        assertThat(run("token", "ops", "operator", "--out", file.toString())).isZero();
        String token = Files.readString(file).strip();
        HttpToken entry = HttpToken.parse("test", out.toString());
        assertThat(entry.name()).isEqualTo("ops");
        assertThat(entry.role()).isEqualTo(HttpRole.OPERATOR);
        assertThat(entry.hash()).isEqualTo(HttpToken.hashOf(token));
        assertThat(token).startsWith("synod_").hasSizeGreaterThanOrEqualTo(HttpToken.CHARS_MIN);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(out.toString() + err).doesNotContain(token);
    }

    @Test
    void aFileThatIsThereIsNotWrittenOver() throws IOException {
        Path file = Files.writeString(directory.resolve("ops.token"), "in use");
        assertThat(run("token", "ops", "operator", "--out", file.toString())).isEqualTo(ExitStatus.REFUSED.code());
        assertThat(Files.readString(file)).isEqualTo("in use");
        assertThat(err.toString()).contains("exists, and a secret that is overwritten is lost");
    }

    @Test
    void aNameThatNoConfigurationWouldTakeIsRefused() {
        assertThat(run("token", "o:ps", "operator", "--out", directory.resolve("t").toString()))
                .isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("NAME is 'o:ps'");
        assertThat(directory.resolve("t")).doesNotExist();
    }

    @Test
    void theClusterFileNamesTheTokenAndTheCommandLineWins() throws IOException {
        Files.writeString(directory.resolve("a.token"), "token-a\n");
        Path other = Files.writeString(directory.resolve("b.token"), "token-b\n");
        Path cluster = Files.writeString(directory.resolve("cluster.properties"), "synod.token-file=a.token\n");
        assertThat(ClusterFile.read(cluster, true).access().authorization()).isEqualTo("Bearer token-a");
        assertThat(ClusterFile.read(cluster, true).withTokenFile(other).access().authorization())
                .isEqualTo("Bearer token-b");
        assertThat(ClusterFile.of(new Properties()).access().authorization()).isNull();
        assertThat(ClusterFile.of(new Properties()).access().scheme()).isEqualTo("http");
    }
}
