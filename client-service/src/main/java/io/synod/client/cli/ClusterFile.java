package io.synod.client.cli;

import io.synod.client.ClientSettings;
import io.synod.config.ClusterAddresses;
import io.synod.config.ConfigurationException;
import io.synod.config.PaxosProperties;
import io.synod.config.ServiceRole;
import io.synod.learner.LearnerSettings;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.NodeId;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.Quorums;
import io.synod.protocol.seal.KeyRing;
import io.synod.udp.PeerAddress;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the commands know of the cluster: the file that {@code synod up} writes, with the {@code paxos.cluster.*} properties of
 * its services, and beside them
 *
 * <pre>
 *   synod.http.learner-0=127.0.0.1:8800   where a node answers HTTP; by default 1,000 above its UDP port
 *   synod.trimmer=0                       the learner that may trim; learner 0 by default, -1 for none
 *   paxos.security.key-file=client.keys   the keys that this cluster's clients seal with; beside this file if relative
 *   synod.token-file=ops.token            the file, seen from this one, with the token that commands show over HTTP
 *   synod.ca-file=ca.pem                  the same with the certificates to trust: with it, commands speak HTTPS
 * </pre>
 *
 * Keys may also come from the environment, as for a service ({@code PAXOS_SECURITY_KEYFILE}, {@code PAXOS_SECURITY_KEYS}).
 * Without a file it is a cluster of the usual size at the usual ports of this host.
 */
public final class ClusterFile {

    private static final String CLUSTER = "paxos.cluster.";
    private static final String HTTP = "synod.http.";
    private static final String TRIMMER = "synod.trimmer";
    /** The line that names the file of the token for HTTP. */
    public static final String TOKEN_FILE = "synod.token-file";
    /** The line that names the file of the certificates to trust. */
    public static final String CA_FILE = "synod.ca-file";
    private static final String QUORUM = "paxos.quorum.";
    private static final String DATAGRAM_BYTES_MAX = "paxos.transport.datagram-bytes-max";
    private static final String ALLOW_PLAINTEXT = "paxos.security.allow-plaintext";
    private static final String KEY_FILE = "paxos.security.key-file";
    private static final String KEYS = "paxos.security.keys";

    private final Properties properties;
    private final ClusterAddresses addresses;
    private final @Nullable Path folder;
    private @Nullable Path tokenFile;
    private @Nullable Access access;

    private ClusterFile(Properties properties, @Nullable Path folder) {
        this.properties = properties;
        this.folder = folder;
        this.addresses = addressesOf(properties);
    }

    /**
     * Reads a file.
     *
     * @param path the file
     * @param required whether it must exist; if not, the usual cluster stands in for it
     * @throws CommandFailure if it cannot be read, or does not describe a cluster
     */
    public static ClusterFile read(Path path, boolean required) {
        if (!required && !Files.exists(path)) {
            return of(new Properties());
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            String why = Files.exists(path) ? e.getMessage() : "there is no such file; 'synod up' writes one";
            throw new CommandFailure(ExitStatus.USAGE, "cannot read the cluster file " + path + ": " + why, e);
        }
        try {
            return new ClusterFile(properties, path.toAbsolutePath().getParent());
        } catch (ConfigurationException e) {
            throw new CommandFailure(ExitStatus.USAGE, path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads properties as they stand in the file.
     *
     * @throws ConfigurationException if they do not describe a cluster
     */
    public static ClusterFile of(Properties properties) {
        return new ClusterFile(properties, null);
    }

    /** Has commands show the token of a file, whatever else is configured; null changes nothing. */
    ClusterFile withTokenFile(@Nullable Path file) {
        tokenFile = file;
        return this;
    }

    /**
     * How its services are called over HTTP: as the command line says, or else the environment, or else this file.
     *
     * @throws CommandFailure if a file that is named cannot be used
     */
    public synchronized Access access() {
        Access known = access;
        if (known == null) {
            Path given = tokenFile == null ? Access.variable(Access.TOKEN_FILE) : tokenFile;
            Path ca = Access.variable(Access.CA_FILE);
            known = Access.of(given == null ? named(TOKEN_FILE) : given, ca == null ? named(CA_FILE) : ca);
            access = known;
        }
        return known;
    }

    private @Nullable Path named(String key) {
        String text = properties.getProperty(key);
        if (text == null || text.isBlank()) {
            return null;
        }
        return seenFromHere(text);
    }

    /** A file that this one names is looked for beside it. */
    private Path seenFromHere(String name) {
        return folder == null ? Path.of(name.strip()) : folder.resolve(name.strip());
    }

    /** Who belongs to the cluster, and the UDP address of each. */
    public ClusterAddresses addresses() {
        return addresses;
    }

    /** Where a node answers HTTP. */
    public PeerAddress http(NodeId node) {
        String key = HTTP + node;
        String text = properties.getProperty(key);
        if (text != null) {
            try {
                return PeerAddress.parse(text.strip());
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(key, text, "allowed is host:port, such as 127.0.0.1:8800");
            }
        }
        PeerAddress udp = addresses.addresses().get(node);
        if (udp == null) {
            throw new IllegalArgumentException("no such node: " + node);
        }
        return new PeerAddress(udp.host(), udp.port() + ServiceRole.HTTP_ABOVE_UDP);
    }

    /** The id of the learner (or replica) that may trim; below 0 if none may. */
    public int trimmer() {
        return number(TRIMMER, 0);
    }

    /** The quorums of the acceptors, majorities by default. */
    public Quorums quorums() {
        int acceptors = addresses.layout().acceptors();
        Quorums majority = Quorums.majority(acceptors);
        try {
            return new Quorums(
                    acceptors, number(QUORUM + "phase1", majority.phase1()),
                    number(QUORUM + "phase2", majority.phase2()));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "in the cluster file, " + e.getMessage(), e);
        }
    }

    /** The times that services and commands agree on. */
    public ClusterTiming timing() {
        return ClusterTiming.of(properties);
    }

    /** The settings of a client of the cluster: who belongs to it, its quorums, times and datagrams. */
    public ClientSettings clientSettings() {
        ClusterLayout layout = addresses.layout();
        ClusterTiming timing = timing();
        LearnerSettings learner = LearnerSettings.ofClient(layout, quorums())
                .withTiming(timing.heartbeatInterval().toNanos(), timing.learnerLease().toNanos());
        return ClientSettings.of(layout, quorums())
                .withLearner(learner)
                .withLeaderTimeoutNanos(timing.leaderTimeout().toNanos())
                .withDatagramBytesMax(datagramBytesMax());
    }

    /** The largest datagram to send: as configured, or what the loopback interface, otherwise an Ethernet frame carries. */
    public int datagramBytesMax() {
        return number(DATAGRAM_BYTES_MAX,
                isLocal() ? ProtocolLimits.DATAGRAM_BYTES_MAX : ProtocolLimits.ETHERNET_DATAGRAM_BYTES);
    }

    /** Whether every node is reached through the loopback interface. */
    public boolean isLocal() {
        return addresses.addresses().values().stream().allMatch(ClusterFile::isLoopback);
    }

    /**
     * The address to bind a client's socket to, by number: of the family, or of both, that the nodes are reached by.
     *
     * @throws CommandFailure if it is one that other hosts reach, there are no keys, and nobody has agreed to that
     */
    public String bindAddress() {
        boolean ipv6 = addresses.addresses().values().stream().anyMatch(ClusterFile::isIpv6);
        boolean ipv4 = addresses.addresses().values().stream().anyMatch(address -> !isIpv6(address));
        if (isLocal() && !(ipv4 && ipv6)) {
            return ipv6 ? "::1" : "127.0.0.1";
        }
        if (!isSealed() && !Boolean.parseBoolean(setting(ALLOW_PLAINTEXT))) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "the cluster is not on this host's loopback alone, and datagrams are"
                            + " neither encrypted nor authenticated; " + KEY_FILE
                            + " in the cluster file names the cluster's client keys, or " + ALLOW_PLAINTEXT
                            + "=true agrees to that, in a network that you trust");
        }
        return ipv6 ? "::" : "0.0.0.0";
    }

    private boolean isSealed() {
        return setting(KEY_FILE) != null || setting(KEYS) != null;
    }

    /** The file of keys that datagrams are sealed with; null without one. */
    public @Nullable Path keyFile() {
        String named = setting(KEY_FILE);
        return named == null ? null : seenFromHere(named);
    }

    /**
     * The keys that datagrams are sealed with; null for plain text.
     *
     * @throws CommandFailure if they cannot be read
     */
    public @Nullable KeyRing keys() {
        Path file = keyFile();
        if (file != null) {
            return KeyFile.read(file);
        }
        String text = setting(KEYS);
        try {
            return text == null ? null : KeyRing.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, KEYS + ": " + e.getMessage(), e);
        }
    }

    /** What the file says of a property, otherwise what the environment does; null if neither does. */
    private @Nullable String setting(String property) {
        String name = property.replace('.', '_').toUpperCase(Locale.ROOT);
        String text = properties.getProperty(property, System.getenv(name.replace("-", "")));
        return text == null ? System.getenv(name.replace('-', '_')) : text;
    }

    private static boolean isIpv6(PeerAddress address) {
        return address.host().indexOf(':') >= 0;
    }

    private static boolean isLoopback(PeerAddress address) {
        String host = address.host();
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }

    private int number(String key, int otherwise) {
        return number(key, properties, otherwise);
    }

    private static ClusterAddresses addressesOf(Properties properties) {
        PaxosProperties.Cluster cluster = new PaxosProperties.Cluster(
                properties.getProperty(CLUSTER + "name", "synod"),
                properties.getProperty(CLUSTER + "host", "127.0.0.1"),
                list(ServiceRole.ACCEPTOR, properties),
                list(ServiceRole.PROPOSER, properties),
                list(ServiceRole.LEARNER, properties),
                list(ServiceRole.REPLICA, properties),
                count(ServiceRole.ACCEPTOR, properties),
                count(ServiceRole.PROPOSER, properties),
                count(ServiceRole.LEARNER, properties),
                count(ServiceRole.REPLICA, properties));
        return ClusterAddresses.of(cluster);
    }

    /** A list on one line, separated by commas, or one property an element. */
    private static List<String> list(ServiceRole role, Properties properties) {
        String key = CLUSTER + role.label() + "s";
        List<String> elements = new ArrayList<>();
        String line = properties.getProperty(key);
        if (line != null && !line.isBlank()) {
            for (String element : line.split(",", -1)) {
                elements.add(element.strip());
            }
        }
        for (int id = 0; properties.getProperty(key + "[" + id + "]") != null; id++) {
            elements.add(properties.getProperty(key + "[" + id + "]").strip());
        }
        return elements;
    }

    private static @Nullable Integer count(ServiceRole role, Properties properties) {
        String key = CLUSTER + role.label() + "-count";
        return properties.getProperty(key) == null ? null : number(key, properties, 0);
    }

    private static int number(String key, Properties properties, int otherwise) {
        String text = properties.getProperty(key);
        if (text == null) {
            return otherwise;
        }
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new ConfigurationException(key, text, "allowed is a number");
        }
    }
}
