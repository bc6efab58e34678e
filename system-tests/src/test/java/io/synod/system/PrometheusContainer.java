package io.synod.system;

import io.synod.testing.SynodCluster;
import java.util.stream.Collectors;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** Prometheus beside a cluster of containers, configured as deploy/prometheus says, but for who belongs to the cluster. */
final class PrometheusContainer implements AutoCloseable {

    private static final DockerImageName IMAGE = DockerImageName.parse("prom/prometheus:v3.5.0");
    private static final int PORT = 9_090;

    private final GenericContainer<?> container;

    @SuppressWarnings("resource") // closed by close()
    PrometheusContainer(SynodCluster cluster) {
        String targets = cluster.nodes().stream()
                .map(node -> "- {targets: [\"" + SynodCluster.addressInside(node) + "\"], labels: {instance: " + node
                        + "}}")
                .collect(Collectors.joining("\n"));
        container = new GenericContainer<>(IMAGE)
                .withNetwork(cluster.network())
                .withExposedPorts(PORT)
                .withCopyToContainer(Transferable.of(targets), "/etc/prometheus/targets/cluster.yml")
                .withCopyFileToContainer(file("prometheus.yml"), "/etc/prometheus/prometheus.yml")
                .withCopyFileToContainer(file("rules/synod.yml"), "/etc/prometheus/rules/synod.yml")
                .waitingFor(Wait.forHttp("/-/ready").forPort(PORT));
        container.start();
    }

    private static MountableFile file(String name) {
        return MountableFile.forHostPath(Synod.root().resolve("deploy/prometheus").resolve(name), 0644);
    }

    /** Returns the value of a query with one result; not a number when it has none. */
    double value(String query) {
        return new PrometheusApi(container.getHost(), container.getMappedPort(PORT)).value(query);
    }

    @Override
    public void close() {
        container.stop();
    }
}
