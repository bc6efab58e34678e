package io.synod.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Starts applications that must not start, and reads what they say on standard error. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTests {

    @Configuration(proxyBeanMethods = false)
    static class Nothing {}

    /** Binds the node's socket as the inbound adapter would. */
    @Configuration(proxyBeanMethods = false)
    static class Socket {
        @Bean
        Object socket(org.springframework.core.env.Environment environment) throws IOException {
            NodeDescription node = NodeDescription.of(PaxosEnvironment.bind(environment));
            try (var endpoint = new io.synod.udp.UdpEndpoint(node.udp())) {
                endpoint.open();
            } catch (IOException e) {
                throw new io.synod.udp.UdpBindException(node.udp().bind(), e);
            }
            return "bound";
        }
    }

    @TempDir
    Path folder;

    @Test
    void anUnknownPropertyOfTheCommandLineIsRefusedAndTheNearestIsNamed(CapturedOutput output) {
        start(Nothing.class, Map.of(), "--paxos.role=acceptor", "--paxos.clutser.name=x");
        assertThat(lines(output)).containsExactly("Cannot start: paxos.clutser.name (commandLineArgs)"
                + " is not known; did you mean paxos.cluster.name?");
    }

    @Test
    void anUnknownPropertyOfAFileIsRefusedWithTheLineOfTheFile(CapturedOutput output) throws IOException {
        Path file = Files.writeString(folder.resolve("cluster.yml"),
                "paxos:\n  cluster:\n    name: a\n  learner:\n    colour: red\n");
        start(Nothing.class, Map.of(), "--paxos.role=acceptor", "--spring.config.additional-location=" + file);
        assertThat(lines(output)).singleElement().asString().startsWith("Cannot start: paxos.learner.colour (")
                .contains("cluster.yml] - 5:13").contains("is not known; ");
    }

    @Test
    void anUnknownVariableOfTheEnvironmentIsRefused(CapturedOutput output) {
        start(Nothing.class, Map.of("PAXOS_CLUSTER_NAMES", "x"), "--paxos.role=acceptor");
        assertThat(lines(output)).containsExactly(
                "Cannot start: PAXOS_CLUSTER_NAMES (environment) is not known; did you mean paxos.cluster.name?");
    }

    @Test
    void knownVariablesOfTheEnvironmentAreTakenInEverySpelling(CapturedOutput output) {
        start(Nothing.class, Map.of("PAXOS_ROLE", "acceptor", "PAXOS_CLUSTER_ACCEPTORCOUNT", "3",
                "PAXOS_CLUSTER_LEARNERS_0", "a:1", "PAXOS_TRANSPORT_DATAGRAM_BYTES_MAX", "1472", "PAXOS_ID", "7"));
        assertThat(lines(output)).containsExactly(
                "Cannot start: paxos.id is '7'; allowed are 0 to 2, since the cluster has 3 acceptors");
    }

    @Test
    void aValueOfAnotherKindIsRefusedWithTheKindThatIsAllowed(CapturedOutput output) {
        start(Nothing.class, Map.of(), "--paxos.role=acceptor", "--paxos.id=first");
        start(Nothing.class, Map.of(), "--paxos.role=acceptor", "--paxos.log.verbosity=loud");
        start(Nothing.class, Map.of(), "--paxos.role=acceptor", "--paxos.timing.leader-timeout=soon");
        start(Nothing.class, Map.of(), "--paxos.role=king");
        assertThat(lines(output)).containsExactly("Cannot start: paxos.id is 'first'; allowed is a whole number",
                "Cannot start: paxos.log.verbosity is 'loud'; allowed are quiet, error, info, debug",
                "Cannot start: paxos.timing.leader-timeout is 'soon'; allowed is a time, such as 50ms or 3s",
                "Cannot start: paxos.role is 'king'; allowed are replica, proposer, acceptor, learner, client");
    }

    @Test
    void httpStaysOnTheLoopbackUnlessThatIsAgreedTo(CapturedOutput output) {
        start(Nothing.class, Map.of(), "--paxos.role=learner", "--server.address=0.0.0.0");
        start(Nothing.class, Map.of(), "--paxos.role=learner", "--server.address=");
        start(Nothing.class, Map.of(), "--paxos.role=learner", "--server.address=0.0.0.0",
                "--paxos.security.allow-plaintext=true");
        assertThat(lines(output)).hasSize(3).allMatch(line -> line.startsWith("Cannot start: server.address is '")
                && line.endsWith(
                        "without tokens only the loopback is allowed, such as 127.0.0.1; with paxos.security.tokens"
                                + " or paxos.security.tokens-file any is, and paxos.security.allow-open-http=true allows any"
                                + " without tokens, in a network that you trust"));
        StandardEnvironment agreed = new StandardEnvironment();
        agreed.getPropertySources().addFirst(new org.springframework.core.env.MapPropertySource("test",
                Map.of("paxos.role", "learner", "server.address", "0.0.0.0",
                        "paxos.security.allow-open-http", "true")));
        new PaxosEnvironment().postProcessEnvironment(agreed, new SpringApplication());
        assertThat(agreed.getProperty("server.port")).isEqualTo("8800");
    }

    @Test
    void aGapInAListIsRefused(CapturedOutput output) {
        start(Nothing.class, Map.of(), "--paxos.role=acceptor", "--paxos.cluster.acceptors[0]=a:1",
                "--paxos.cluster.acceptors[2]=b:2");
        assertThat(lines(output)).containsExactly("Cannot start: paxos.cluster.acceptors[2] is 'b:2'; "
                + "ids start at 0 and have no gap, and an earlier entry of the list is missing");
    }

    @Test
    void aUdpPortInUseIsSaidWithThePropertyThePortAndWhatToDo(CapturedOutput output) throws IOException {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            start(Socket.class, Map.of(), "--paxos.role=learner", "--paxos.cluster.learners=127.0.0.1:" + port);
            start(Socket.class, Map.of(), "--paxos.role=client", "--paxos.transport.port=" + port);
            String rest = " says UDP port '" + port + "', and 127.0.0.1:" + port
                    + " is in use: stop the process that holds it (ss -lunp 'sport = :" + port
                    + "' shows it), or set another";
            assertThat(lines(output)).containsExactly("Cannot start: paxos.cluster.learners[0]" + rest,
                    "Cannot start: paxos.transport.port" + rest);
        }
    }

    @Test
    void aWrongConfigurationEndsTheProcessWithTheStatusForIt() {
        assertThat(new ConfigurationException("paxos.id", 7, "allowed are 0 to 2").getExitCode()).isEqualTo(78);
    }

    @Test
    void portsAndLogLevelsFollowFromRoleIdAndVerbosity() {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new org.springframework.core.env.MapPropertySource("test",
                Map.of("paxos.role", "learner", "paxos.id", "1", "paxos.cluster.learner-count", "2",
                        "paxos.log.verbosity", "quiet")));
        new PaxosEnvironment().postProcessEnvironment(environment, new SpringApplication());
        assertThat(environment.getProperty("server.port")).isEqualTo("8801");
        assertThat(environment.getProperty("logging.level.io.synod")).isEqualTo("OFF");
    }

    private static void start(Class<?> source, Map<String, Object> variables, String... arguments) {
        SpringApplication application = new SpringApplication(source);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(org.springframework.boot.Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        StandardEnvironment environment = new StandardEnvironment();
        String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment.getPropertySources().replace(name, new SystemEnvironmentPropertySource(name, variables));
        application.setEnvironment(environment);
        assertThatThrownBy(() -> application.run(arguments)).isInstanceOf(Exception.class);
    }

    private static List<String> lines(CapturedOutput output) {
        List<String> lines = new ArrayList<>(output.getErr().lines().toList());
        lines.addAll(output.getOut().lines().filter(line -> line.contains("APPLICATION FAILED")).toList());
        return lines;
    }
}
