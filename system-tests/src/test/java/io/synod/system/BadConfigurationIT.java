package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that is configured wrongly does not start, and says why in one line that names the property. */
class BadConfigurationIT {

    private static final int START_SECONDS_MAX = 60;
    private static final String HOST = "127.0.0.1";

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            duplicate address   | acceptor | --paxos.cluster.acceptors=127.0.0.1:1,127.0.0.1:1,127.0.0.1:3 | paxos.cluster.acceptors[1]
            id not configured   | acceptor | --paxos.id=3                                                 | paxos.id
            negative id         | learner  | --paxos.id=-1                                                | paxos.id
            impossible quorum   | proposer | --paxos.quorum.phase1=1                                      | paxos.quorum.phase1
            quorum too large    | learner  | --paxos.quorum.trim=2                                        | paxos.quorum.trim
            unknown property    | replica  | --paxos.cluster.acceptor-cuont=3                             | paxos.cluster.acceptor-cuont
            value too large     | client   | --paxos.limits.value-bytes-max=1GB                           | paxos.limits.value-bytes-max
            open to other hosts | acceptor | --server.address=0.0.0.0                                     | server.address
            plain is not open   | acceptor | --server.address=0.0.0.0 --paxos.security.allow-plaintext=true | server.address
            token without hash  | learner  | --paxos.security.tokens=ops:operator                         | paxos.security.tokens[0]
            not a number        | acceptor | --paxos.id=zero                                              | paxos.id
            """)
    void oneLineNamesThePropertyAndTheExitStatusIsNotZero(String what, String role, String arguments, String property)
            throws IOException, InterruptedException {
        assertRefused(start(Map.of(), role, arguments.split(" ")), property);
    }

    @Test
    void aGapInTheIdsIsRefused() throws IOException, InterruptedException {
        assertRefused(start(Map.of(), "acceptor", "--paxos.cluster.acceptors[0]=127.0.0.1:1",
                "--paxos.cluster.acceptors[2]=127.0.0.1:3"), "paxos.cluster.acceptors");
    }

    @Test
    void anUnknownPropertyInTheEnvironmentIsRefused() throws IOException, InterruptedException {
        assertRefused(start(Map.of("PAXOS_CLUSTER_NAEM", "x"), "acceptor"), "PAXOS_CLUSTER_NAEM");
    }

    @Test
    void aUdpPortInUseIsNamed() throws IOException, InterruptedException {
        try (DatagramSocket other = new DatagramSocket(new InetSocketAddress(HOST, 0))) {
            String port = String.valueOf(other.getLocalPort());
            String line = assertRefused(start(Map.of(), "acceptor", "--server.port=0",
                    "--paxos.cluster.acceptors=127.0.0.1:" + port), "paxos.cluster.acceptors[0]");
            assertThat(line).contains(port).contains("in use");
        }
    }

    @Test
    void anHttpPortInUseIsNamed() throws IOException, InterruptedException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            String port = String.valueOf(other.getLocalPort());
            String line = assertRefused(start(Map.of(), "client", "--paxos.transport.port="
                    + (7_900 + ProcessCluster.freeOffset()), "--server.port=" + port), "server.port");
            assertThat(line).contains(port).contains("in use");
        }
    }

    @Test
    void aStoreInUseIsNamedWithItsHolderAndAForeignOneWithItsOwner() throws IOException, InterruptedException {
        String store = directory.resolve("data").resolve("store").resolve("acceptor-0").toString();
        String property = "--paxos.acceptor.data-directory=" + store;
        try (ProcessCluster cluster = ProcessCluster.up(directory)) {
            assertThat(assertRefused(start(Map.of(), "acceptor", property), "paxos.acceptor.data-directory"))
                    .endsWith(" is '" + store + "', which another process uses (process " + cluster.pid("acceptor-0")
                            + "): stop it, or set another directory");
        }
        assertThat(assertRefused(start(Map.of(), "acceptor", property), "paxos.acceptor.data-directory"))
                .contains("which holds the store of acceptor 0 of cluster 'local-")
                .endsWith("this is acceptor 0 of cluster 'synod': set another directory");
    }

    private static String assertRefused(Ended ended, String property) {
        assertThat(ended.exit()).as("exit status; output: %s", ended.output()).isNotZero();
        List<String> reasons = ended.output().lines().filter(line -> line.startsWith("Cannot start: ")).toList();
        assertThat(reasons).as("output: %s", ended.output()).hasSize(1);
        assertThat(reasons.getFirst()).contains(property);
        assertThat(ended.output()).doesNotContain("\tat ");
        return reasons.getFirst();
    }

    private record Ended(int exit, String output) {}

    private Ended start(Map<String, String> environment, String role, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", Synod.executableJar(role).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            CompletableFuture<Void> watchdog = process.onExit()
                    .completeOnTimeout(process, START_SECONDS_MAX, TimeUnit.SECONDS)
                    .thenAccept(Process::destroyForcibly);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            watchdog.join();
            return new Ended(process.waitFor(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
