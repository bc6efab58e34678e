package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(60)
class SubmitCommandTests {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void aSubmitThatStopsEarlySaysWhichLinesItTook() throws IOException {
        StringWriter err = new StringWriter();
        int status = submit("line\n".repeat(50), err, "--outstanding", "10", "--deadline", "100ms");
        assertThat(status).isEqualTo(ExitStatus.UNREACHABLE.code());
        assertThat(err.toString()).contains("synod: stopped there; nothing after line 10 of the input was submitted");
    }

    @Test
    void aSubmitThatTookAllOfItsInputSaysNothingOfTheRest() throws IOException {
        StringWriter err = new StringWriter();
        submit("one\ntwo", err, "--deadline", "1s");
        assertThat(err.toString()).contains("0 of 2 delivered").doesNotContain("stopped there");
    }

    /** Submits to a cluster that is not there. */
    private int submit(String input, StringWriter err, String... options) throws IOException {
        Path file = directory.resolve("cluster.properties");
        Files.writeString(file, """
                paxos.cluster.acceptors=127.0.0.1:1
                paxos.cluster.proposers=127.0.0.1:2
                paxos.cluster.learners=127.0.0.1:3
                """);
        CommandLine commandLine = SynodCommand.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        String[] args = new String[options.length + 4];
        args[0] = "submit";
        args[1] = "--quiet";
        args[2] = "--cluster";
        args[3] = file.toString();
        System.arraycopy(options, 0, args, 4, options.length);
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return commandLine.execute(args);
        } finally {
            System.setIn(before);
        }
    }
}
