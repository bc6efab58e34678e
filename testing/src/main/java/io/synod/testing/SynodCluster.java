package io.synod.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A cluster in containers, in a network of its own, for tests that need a real one: of applications that submit or read,
 * and of what becomes of them when parts of the cluster fail. Nodes are named as in docker-compose.yml, such as {@code
 * acceptor-0}, and each may be killed, restarted, cut off or replaced. HTTP ports are mapped to this host; UDP ports are not, so
 * values go through the client-service inside. Datagrams are sealed with a key of this cluster alone, and HTTP asks for its {@link #token}. The images are those that the project's Dockerfile makes.
 *
 * {@snippet :
 * try (SynodCluster cluster = SynodCluster.builder().proposers(2).learners(2).start()) {
 *     cluster.submit("a value");
 *     cluster.kill("acceptor-1");
 *     cluster.submit("another");
 *     cluster.awaitDelivered("learner-1", 2);
 * }
 * }
 *
 * <p>May be used by several threads, but what is done to one node by one at a time.
 */
public final class SynodCluster implements AutoCloseable {

    /** The value that the start of a cluster submits, to see that it takes values: the first in its log. */
    public static final String FIRST_VALUE = "the cluster takes values";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration HTTP_MAX = Duration.ofSeconds(15);
    private static final long LOOK_NANOS = 50_000_000;
    private static final int TOKEN_BITS = 256;
    /** By the user of the container, who is not that of the copy. */
    private static final int READABLE = 0444;
    private static final int OK = 200;
    private static final int CREATED = 201;

    /** What a cluster is made of; by default three acceptors and one of each other kind. */
    public static final class Builder {
        private int acceptors = 3;
        private int proposers = 1;
        private int learners = 1;
        private int clients = 1;
        private String imagePrefix = "synod-";
        private String imageTag = "latest";
        private final Map<String, String> environment = new LinkedHashMap<>();

        private Builder() {}

        public Builder acceptors(int count) {
            acceptors = count;
            return this;
        }

        public Builder proposers(int count) {
            proposers = count;
            return this;
        }

        /** How many learners; learner 0 may trim. */
        public Builder learners(int count) {
            learners = count;
            return this;
        }

        /** How many client-services. */
        public Builder clients(int count) {
            clients = count;
            return this;
        }

        /** Sets a variable of every container, such as {@code PAXOS_TIMING_LEADERTIMEOUT}. */
        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /**
         * Says which images to take.
         *
         * @param prefix what comes before the role, such as {@code registry.example/synod-}
         * @param tag what comes after it
         */
        public Builder images(String prefix, String tag) {
            imagePrefix = prefix;
            imageTag = tag;
            return this;
        }

        /** Starts all containers, and waits until the cluster takes values. */
        public SynodCluster start() {
            String token = "test_" + new BigInteger(TOKEN_BITS, new SecureRandom()).setBit(TOKEN_BITS)
                    .toString(Character.MAX_RADIX);
            SynodCluster cluster = new SynodCluster(
                    new ClusterPlan(acceptors, proposers, learners, clients,
                            KeyRing.of(SealKey.draw(1, new SecureRandom())), sha256(token), environment),
                    token, imagePrefix, imageTag);
            try {
                cluster.startAll();
            } catch (RuntimeException e) {
                cluster.close();
                throw e;
            }
            return cluster;
        }
    }

    /**
     * Where a value was decided.
     *
     * @param instance the instance
     * @param node the client-service that took it
     */
    public record Place(long instance, String node) {}

    private final ClusterPlan plan;
    private final String token;
    private final Network network = Network.newNetwork();
    private final Map<String, GenericContainer<?>> containers = new LinkedHashMap<>();
    /** Where nodes were asked last; forgotten when one does not answer. */
    private final Map<String, URI> addresses = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(HTTP_MAX).build();

    private SynodCluster(ClusterPlan plan, String token, String imagePrefix, String imageTag) {
        this.plan = plan;
        this.token = token;
        for (String node : plan.nodes()) {
            containers.put(node, container(node, imagePrefix + ClusterPlan.role(node) + ":" + imageTag));
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    @SuppressWarnings("resource") // the cluster closes its containers
    private GenericContainer<?> container(String node, String image) {
        int port = ClusterPlan.httpPort(node);
        return new GenericContainer<>(DockerImageName.parse(image))
                .withNetwork(network)
                .withNetworkAliases(node)
                .withEnv(plan.environmentOf(node))
                .withCopyToContainer(Transferable.of(token, READABLE), ClusterPlan.TOKEN_FILE)
                .withExposedPorts(port)
                .waitingFor(Wait.forHttp("/actuator/health/liveness").forPort(port).withStartupTimeout(START_MAX));
    }

    private void startAll() {
        Startables.deepStart(containers.values()).join();
        submit(FIRST_VALUE);
    }

    /** The token that HTTP asks for, of an operator: the value of a header {@code Authorization: Bearer TOKEN}. */
    public String token() {
        return token;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns the names of all nodes. */
    public List<String> nodes() {
        return List.copyOf(containers.keySet());
    }

    /** Returns the names of the nodes of a role, such as {@code learner}. */
    public List<String> nodes(String role) {
        return containers.keySet().stream().filter(node -> ClusterPlan.role(node).equals(role)).toList();
    }

    /** The network that the cluster is in, for a test's own containers; there a node is reached by its name. */
    public Network network() {
        return network;
    }

    /** Returns where, within the network, a node is asked over HTTP, as {@code name:port}. */
    public static String addressInside(String node) {
        return node + ":" + ClusterPlan.httpPort(node);
    }

    /** Returns where this host asks a node over HTTP; it changes when the node is restarted. */
    public URI http(String node) {
        return addresses.computeIfAbsent(node, this::mapped);
    }

    private URI mapped(String node) {
        Ports.Binding[] bindings = docker().inspectContainerCmd(container(node).getContainerId()).exec()
                .getNetworkSettings().getPorts().getBindings().get(ExposedPort.tcp(ClusterPlan.httpPort(node)));
        if (bindings == null || bindings.length == 0) {
            throw new IllegalStateException(node + " is not reached: it is stopped, or cut off");
        }
        return URI.create("http://" + container(node).getHost() + ":" + bindings[0].getHostPortSpec());
    }

    // --- values ---------------------------------------------------------------------------------------------------

    /** Submits a value through the first client-service. */
    public Place submit(String value) {
        return submit("client-0", value);
    }

    /**
     * Submits a value and waits until it is decided and delivered.
     *
     * @throws IllegalStateException if the client-service answers that it is refused, or that its outcome is unknown
     */
    public Place submit(String client, String value) {
        HttpResponse<String> answer = post(client, "/api/values", "text/plain", value);
        if (answer.statusCode() != CREATED) {
            throw new IllegalStateException(client + " answers " + answer.statusCode() + " " + answer.body());
        }
        return new Place(JSON.readTree(answer.body()).path("instance").asLong(), client);
    }

    /** Returns all values that a learner has delivered and kept, in order, each as {@code instance:index value}. */
    public List<String> delivered(String learner) {
        List<String> lines = new ArrayList<>();
        String from = "1";
        while (true) {
            JsonNode page = JSON.readTree(get(learner, "/api/values?limit=10000&from=" + from).body());
            if (page.path("values").isEmpty()) {
                return lines;
            }
            for (JsonNode value : page.path("values")) {
                lines.add(value.path("instance").asLong() + ":" + value.path("index").asInt() + " "
                        + value.path("value").asString());
            }
            from = page.path("next").asString();
        }
    }

    /** Waits until a learner has delivered an instance. */
    public void awaitDelivered(String learner, long instance) {
        await(learner + " delivers instance " + instance,
                () -> state(learner, "learner").path("delivered").asLong(-1) >= instance);
    }

    /** Returns what a role of a node shows at {@code /actuator/paxos}; nothing when the node does not answer. */
    public JsonNode state(String node, String role) {
        try {
            HttpResponse<String> answer = get(node, "/actuator/paxos");
            return answer.statusCode() == OK
                    ? JSON.readTree(answer.body()).path("roles").path(role)
                    : JSON.missingNode();
        } catch (UncheckedIOException | IllegalStateException e) {
            return JSON.missingNode();
        }
    }

    public HttpResponse<String> get(String node, String path) {
        return call(node, path, HttpRequest.newBuilder().GET());
    }

    public HttpResponse<String> post(String node, String path, String contentType, String body) {
        return call(node, path, HttpRequest.newBuilder().header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> call(String node, String path, HttpRequest.Builder request) {
        try {
            return http.send(request.uri(http(node).resolve(path)).header("Authorization", "Bearer " + token)
                    .timeout(HTTP_MAX).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            addresses.remove(node);
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    // --- faults ---------------------------------------------------------------------------------------------------

    /** Kills a node's process, as {@code kill -9} does. */
    public void kill(String node) {
        docker().killContainerCmd(container(node).getContainerId()).exec();
    }

    /** Starts a node that was killed or stopped, with the volume that it had, and waits until it lives. */
    public void start(String node) {
        docker().startContainerCmd(container(node).getContainerId()).exec();
        awaitAlive(node);
    }

    /** Ends a node's process in order, starts it again, with the volume that it had, and waits until it lives. */
    public void restart(String node) {
        docker().restartContainerCmd(container(node).getContainerId()).exec();
        awaitAlive(node);
    }

    /** Replaces a node by a new container with an empty volume, and waits until it lives. */
    public void replace(String node) {
        GenericContainer<?> container = container(node);
        container.stop();
        container.start();
    }

    /** Cuts a node off: it reaches nobody, and is reached by nobody, this test included. */
    public void cut(String node) {
        docker().disconnectFromNetworkCmd().withNetworkId(network.getId())
                .withContainerId(container(node).getContainerId()).exec();
    }

    /** Ends a cut, and waits until the node is reached. */
    public void heal(String node) {
        docker().connectToNetworkCmd().withNetworkId(network.getId()).withContainerId(container(node).getContainerId())
                .withContainerNetwork(new ContainerNetwork().withAliases(node)).exec();
        awaitAlive(node);
    }

    private void awaitAlive(String node) {
        try {
            await(node + " lives", () -> get(node, "/actuator/health/liveness").statusCode() == OK);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(e.getMessage() + "; its log:\n" + container(node).getLogs(), e);
        }
    }

    // --- the rest -------------------------------------------------------------------------------------------------

    /** Asks whether something holds; an exception of HTTP counts as no. */
    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }

    private static void await(String what, Condition condition) {
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("not within " + START_MAX + ": " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static boolean holds(Condition condition) {
        try {
            return condition.holds();
        } catch (UncheckedIOException | IllegalStateException e) {
            return false;
        }
    }

    private GenericContainer<?> container(String node) {
        return Objects.requireNonNull(containers.get(node), () -> "no such node: " + node);
    }

    private DockerClient docker() {
        return containers.values().iterator().next().getDockerClient();
    }

    /** Returns what a node's process printed. */
    public String log(String node) {
        return container(node).getLogs();
    }

    /** Removes all containers, their volumes and the network. */
    @Override
    public void close() {
        containers.values().parallelStream().forEach(GenericContainer::stop);
        network.close();
    }
}
