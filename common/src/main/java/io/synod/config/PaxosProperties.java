package io.synod.config;

import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.SessionLimits;
import io.synod.udp.UdpSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * All properties under {@code paxos}: one tree for every service, so that one file can serve a whole cluster. What is
 * not set takes the default of the part that it configures. {@link NodeDescription} checks what belongs together.
 *
 * @param role what this process is; each service says it in its own {@code application.yml}, and null is refused when a
 *     {@link NodeDescription} is made of this
 * @param id this node's id, from 0; of a client, what its default ports are counted from
 */
@ConfigurationProperties("paxos")
public record PaxosProperties(
        @Nullable ServiceRole role,
        @DefaultValue("0") int id,
        @DefaultValue Cluster cluster,
        @DefaultValue Quorum quorum,
        @DefaultValue Timing timing,
        @DefaultValue Transport transport,
        @DefaultValue Limits limits,
        @DefaultValue Acceptor acceptor,
        @DefaultValue Proposer proposer,
        @DefaultValue Learner learner,
        @DefaultValue Client client,
        @DefaultValue Security security,
        @DefaultValue Log log) {

    /**
     * Returns the role.
     *
     * @throws ConfigurationException if there is none
     */
    public ServiceRole requiredRole() {
        if (role == null) {
            throw new ConfigurationException("paxos.role", null,
                    "a service names its role in its application.yml: replica, proposer, acceptor, learner or client");
        }
        return role;
    }

    /**
     * Who belongs to the cluster: addresses by id, or counts, which give addresses on {@code host} at the usual ports.
     * A cluster has replicas, or acceptors, proposers and learners.
     *
     * @param name datagrams of a cluster of another name are not heard
     * @param host where the nodes are that are given by count
     * @param acceptors {@code host:port} of each acceptor, by id
     * @param proposers {@code host:port} of each proposer, by id
     * @param learners {@code host:port} of each learner, by id
     * @param replicas {@code host:port} of each replica, by id
     * @param acceptorCount how many acceptors there are, when none is listed; 3 by default
     * @param proposerCount how many proposers there are, when none is listed; 1 by default
     * @param learnerCount how many learners there are, when none is listed; 1 by default
     * @param replicaCount how many replicas there are, when none is listed; 0 by default
     */
    public record Cluster(
            @DefaultValue("synod") String name,
            @DefaultValue("127.0.0.1") String host,
            @DefaultValue List<String> acceptors,
            @DefaultValue List<String> proposers,
            @DefaultValue List<String> learners,
            @DefaultValue List<String> replicas,
            @Nullable Integer acceptorCount,
            @Nullable Integer proposerCount,
            @Nullable Integer learnerCount,
            @Nullable Integer replicaCount) {}

    /**
     * How many make a quorum.
     *
     * @param phase1 acceptors that promise; a majority by default
     * @param phase2 acceptors that accept; a majority by default
     * @param trim learners that hold what is trimmed; all by default
     */
    public record Quorum(@Nullable Integer phase1, @Nullable Integer phase2, @Nullable Integer trim) {}

    /**
     * @param heartbeatInterval how often a leader and an acceptor say that they are there
     * @param leaderTimeout after how long without a leader's heartbeat a proposer may prepare
     * @param learnerLease how long an acceptor sends to a learner that does not renew
     */
    public record Timing(
            @DefaultValue("50ms") Duration heartbeatInterval,
            @DefaultValue("300ms") Duration leaderTimeout,
            @DefaultValue("3s") Duration learnerLease) {}

    /**
     * @param bindAddress the local address of the socket, by number
     * @param port the local port; by default that of the node's own address, of a client 7900 + id
     * @param datagramBytesMax the largest datagram sent; by default what the interface of the bind address carries
     * @param receiveBuffer what is asked of the system for waiting datagrams
     * @param sendBuffer what is asked of the system for datagrams on their way out
     * @param batchDatagramsMax how many datagrams are received or sent together at most
     * @param mailboxTasksMax how many calls from other threads may wait for the loop
     */
    public record Transport(
            @DefaultValue("127.0.0.1") String bindAddress,
            @Nullable Integer port,
            @Nullable Integer datagramBytesMax,
            @DefaultValue("8MB") DataSize receiveBuffer,
            @DefaultValue("4MB") DataSize sendBuffer,
            @DefaultValue("" + UdpSettings.BATCH_DATAGRAMS_MAX) int batchDatagramsMax,
            @DefaultValue("4096") int mailboxTasksMax) {}

    /**
     * Bounds that the log itself carries once it is formed, and the size of a value.
     *
     * @param valueBytesMax the largest value that is taken from a client
     * @param sessionsMax how many sessions the table holds, at least {@link SessionLimits#SESSIONS_FLOOR}
     * @param windowMax how many values of a session may be outstanding, at least that of {@link SessionLimits#FLOOR}
     * @param sessionExpiryInstances after how many instances without use a session expires, at least that of
     *        {@link SessionLimits#FLOOR}; an idempotency key is forgotten after as many
     * @param keysMax how many idempotency keys are remembered, {@link SessionLimits#KEYS_FLOOR} to
     *        {@link SessionLimits#KEYS_MAX}
     */
    public record Limits(
            @DefaultValue("1MB") DataSize valueBytesMax,
            @DefaultValue("65536") int sessionsMax,
            @DefaultValue("65536") int windowMax,
            @DefaultValue("1000000") long sessionExpiryInstances,
            @DefaultValue("262144") int keysMax) {}

    /** Where a role remembers. */
    public enum Storage {
        /** On disk: a service that restarts goes on where it was. What an acceptor says is synced before. */
        DURABLE,
        /**
         * In memory: it ends with the process. An acceptor that restarts stays out of the log that it voted in; a learner begins
         * anew, or takes the log from another.
         */
        MEMORY
    }

    /**
     * The acceptor's own.
     *
     * @param storage where it remembers
     * @param dataDirectory the directory of its durable store, which belongs to this acceptor alone; by default {@code
     *        data/ROLE-ID} below the working directory
     * @param freeBytesMin with less free on the disk of that directory it refuses new instances
     * @param storedInstancesMax how far above the trim point it accepts, in instances
     * @param storedBytesMax how much it stores before it refuses new instances
     * @param clientsMax how many clients it sends to at a time; configured learners are not counted
     */
    public record Acceptor(
            @DefaultValue("durable") Storage storage,
            @Nullable String dataDirectory,
            @DefaultValue("256MB") DataSize freeBytesMin,
            @DefaultValue("1048576") int storedInstancesMax,
            @DefaultValue("256MB") DataSize storedBytesMax,
            @DefaultValue("1024") int clientsMax) {}

    /**
     * The proposer's own.
     *
     * @param maxValuesPerInstance how many values an instance holds at most
     * @param instancesInFlightMax how many undecided instances there may be
     * @param partialInstancesInFlightMax with as many undecided, a batch that is not full waits for more values
     * @param bytesInFlightMax how many bytes undecided instances may have; loss makes it less for a while
     * @param queuedEntriesMax how many entries may wait to be proposed; more are refused as overload
     * @param queuedBytesMax the same in bytes
     */
    public record Proposer(
            @DefaultValue("" + ProtocolLimits.VALUES_MAX) int maxValuesPerInstance,
            @DefaultValue("512") int instancesInFlightMax,
            @DefaultValue("4") int partialInstancesInFlightMax,
            @DefaultValue("2MB") DataSize bytesInFlightMax,
            @DefaultValue("65536") int queuedEntriesMax,
            @DefaultValue("32MB") DataSize queuedBytesMax) {}

    /**
     * The learner's own.
     *
     * @param canTrim whether it may ask acceptors to trim
     * @param trimEvery after how many delivered instances it asks by itself
     * @param trimEveryBytes after how many delivered bytes it asks by itself, if that comes first
     * @param excludeAfter how long another learner must have been silent before acceptors can be asked not to wait for it
     * @param storage where it keeps what it delivered
     * @param dataDirectory the directory of its durable store, which belongs to this learner alone; by default {@code
     *        data/learner-ID} below the working directory
     * @param freeBytesMin with less free on the disk of that directory it delivers nothing more
     * @param retention how much of the delivered log its durable store keeps
     * @param checkpointsKept how many checkpoints of applications it keeps
     * @param memoryInstances how many of the newest instances are in memory, where they are read fastest; a power of two
     * @param memoryBytes how many bytes of them
     * @param catchUp whether it takes from other learners what acceptors have trimmed; otherwise it stops there
     * @param peers where the HTTP of other learners is; by default at the address of each, {@link
     *        ServiceRole#HTTP_ABOVE_UDP} above its UDP port
     * @param allowedOrigins the web origins, beside a service's own, whose pages may open a WebSocket, read and write
     * @param subscribersMax how many WebSockets and streams may read the log at a time
     * @param subscriberSilenceMax after how long a WebSocket is let go that neither takes what is sent nor answers a ping
     * @param clientServices {@code host:port} at which client-services answer over HTTP, to which values that come to the
     *        learner are handed on
     */
    public record Learner(
            @DefaultValue("false") boolean canTrim,
            @DefaultValue("100000") long trimEvery,
            @DefaultValue("64MB") DataSize trimEveryBytes,
            @DefaultValue("10m") Duration excludeAfter,
            @DefaultValue("durable") Storage storage,
            @Nullable String dataDirectory,
            @DefaultValue("256MB") DataSize freeBytesMin,
            @DefaultValue Retention retention,
            @DefaultValue("3") int checkpointsKept,
            @DefaultValue("262144") int memoryInstances,
            @DefaultValue("64MB") DataSize memoryBytes,
            @DefaultValue("true") boolean catchUp,
            @DefaultValue List<String> peers,
            @DefaultValue List<String> allowedOrigins,
            @DefaultValue("4096") int subscribersMax,
            @DefaultValue("2m") Duration subscriberSilenceMax,
            @DefaultValue List<String> clientServices) {}

    /**
     * How much of the delivered log a learner keeps; what is reached first counts.
     *
     * @param instances how many instances
     * @param bytes how many bytes of them
     * @param age how old they become
     */
    public record Retention(
            @DefaultValue("10000000") long instances,
            @DefaultValue("2GB") DataSize bytes,
            @DefaultValue("7d") Duration age) {}

    /**
     * The client's own.
     *
     * @param proposer the id of the proposer to begin with; the client follows the leader from there
     * @param deadline after how long a value gets its outcome at the latest
     * @param idleAfter after how long without a value it leaves, so that acceptors need not send it what is decided for
     *        others; the next value brings it back. 0 for never
     * @param window how many values may be sent and not delivered
     * @param windowBytes the same in bytes
     * @param queueValuesMax how many values may wait to be sent; beyond, a caller is told that the client is overloaded
     * @param queueBytesMax the same in bytes
     * @param resendMin the least time before a value is sent again; it adapts to what is measured
     * @param resendMax the longest
     */
    public record Client(
            @DefaultValue("0") int proposer,
            @DefaultValue("10s") Duration deadline,
            @DefaultValue("5s") Duration idleAfter,
            @DefaultValue("8192") int window,
            @DefaultValue("8MB") DataSize windowBytes,
            @DefaultValue("65536") int queueValuesMax,
            @DefaultValue("32MB") DataSize queueBytesMax,
            @DefaultValue("20ms") Duration resendMin,
            @DefaultValue("1s") Duration resendMax) {}

    /**
     * @param allowPlaintext whether the socket may be bound to an address that other hosts reach where there is no key, although
     *        datagrams are neither encrypted nor authenticated then; says nothing of HTTP
     * @param allowOpenHttp whether the HTTP server may be bound to an address that other hosts reach where there are no tokens,
     *        although whoever reaches it may do anything then; says nothing of datagrams
     * @param keyFile the file of the keys that datagrams are sealed with, as {@link io.synod.protocol.seal.KeyRing} reads it;
     *        it is read again whenever it changes
     * @param keys the same as text, with commas between keys, where there is no file
     * @param tokens who may do what over HTTP: {@code NAME:ROLE:HASH} each ({@link HttpToken}); without any, HTTP is open
     * @param tokensFile a file of such lines beside them, which is read again when it changes
     * @param httpTokenFile a file with the token that this service shows to others: to learners that it takes the log from, to
     *        client-services that it hands values on to, and to whom its console asks
     * @param httpBundle the SSL bundle with which this service speaks to others over HTTPS; without one it speaks HTTP
     */
    public record Security(
            @DefaultValue("false") boolean allowPlaintext,
            @DefaultValue("false") boolean allowOpenHttp,
            @Nullable String keyFile,
            @Nullable String keys,
            @DefaultValue List<String> tokens,
            @Nullable String tokensFile,
            @Nullable String httpTokenFile,
            @Nullable String httpBundle) {}

    /** @param verbosity how much is logged: quiet, error, info or debug */
    public record Log(@DefaultValue("info") Verbosity verbosity) {}
}
