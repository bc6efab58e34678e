package io.synod.client.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.cli.ExitStatus;
import io.synod.client.cli.SynodCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StartCommandTests {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final StringWriter err = new StringWriter();

    @Test
    void aCountThatCannotBeIsRefusedByItsName() {
        assertThat(start("acceptor", "0")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("N is 0; allowed are 1 to 31");
        assertThat(start("learner", "101")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("N is 101; allowed are 1 to 100");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aStartThatFailsFixesNoSize() throws IOException {
        int offset = 9_000;
        InetSocketAddress port = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7_700 + offset);
        try (DatagramSocket taken = new DatagramSocket(port)) {
            assertThat(taken.isBound()).isTrue();
            assertThat(start("acceptor", "1", "--port-offset", String.valueOf(offset)))
                    .isEqualTo(ExitStatus.FAILED.code());
        }
        assertThat(err.toString()).contains("UDP port " + port.getPort());
        assertThat(directory).isEmptyDirectory();
    }

    private int start(String... args) {
        CommandLine commandLine = SynodCommand.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        String[] all = new String[args.length + 3];
        all[0] = "start";
        System.arraycopy(args, 0, all, 1, args.length);
        all[args.length + 1] = "--data";
        all[args.length + 2] = directory.toString();
        return commandLine.execute(all);
    }
}
