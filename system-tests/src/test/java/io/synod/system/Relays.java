package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Relays to services of a cluster, and what they keep of what passes. */
final class Relays implements AutoCloseable {

    private static final int ENOUGH = 10;

    private final ProcessCluster cluster;
    private final List<Relay> relays = new ArrayList<>();

    Relays(ProcessCluster cluster) {
        this.cluster = cluster;
    }

    /** Writes a cluster.properties in which some services are reached through relays of their own. */
    Path to(List<String> services) {
        try {
            Path file = cluster.synod().data().resolve("cluster.properties");
            String text = Files.readString(file);
            for (String service : services) {
                Relay relay = new Relay(cluster.udpPort(service));
                relays.add(relay);
                text = text.replace(":" + cluster.udpPort(service), ":" + relay.port());
            }
            return Files.writeString(file.resolveSibling("through-relays-" + relays.size() + ".properties"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns datagrams that passed, of both directions. */
    List<byte[]> recorded() {
        return relays.stream().flatMap(relay -> relay.kept().stream()).toList();
    }

    /** Submits one line through relays and returns what passed. */
    static List<byte[]> recordASubmit(ProcessCluster cluster) {
        try (Relays relays = new Relays(cluster)) {
            Path through = relays.to(List.of("acceptor-0", "acceptor-1", "acceptor-2", "proposer-0", "proposer-1"));
            cluster.synod().run("submit", "--cluster", through.toString(), "0").requireOk();
            List<byte[]> recorded = relays.recorded();
            assertThat(recorded).hasSizeGreaterThan(ENOUGH);
            return recorded;
        }
    }

    @Override
    public void close() {
        relays.forEach(Relay::close);
    }
}
