package io.synod.simulation;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorWrite;
import io.synod.client.ClientOutput;
import io.synod.learner.Learner;
import io.synod.learner.LearnerOutput;
import io.synod.learner.LearnerRecovery;
import io.synod.protocol.ClusterLayout;
import io.synod.protocol.Mixing;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.RoleType;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Message;
import io.synod.role.Output;
import io.synod.role.Role;
import io.synod.role.Write;
import io.synod.runtime.Node;
import io.synod.runtime.NodeSettings;
import io.synod.simulation.check.Checks;
import io.synod.simulation.check.ClusterChecker;
import io.synod.simulation.check.Failure;
import io.synod.simulation.option.ClusterOptions;
import io.synod.simulation.option.Options;
import io.synod.simulation.world.EventQueue;
import io.synod.simulation.world.FaultCounts;
import io.synod.simulation.world.Host;
import io.synod.simulation.world.HostClock;
import io.synod.simulation.world.HostObserver;
import io.synod.simulation.world.Packet;
import io.synod.simulation.world.SeededRandom;
import io.synod.simulation.world.Trace;
import io.synod.simulation.world.VirtualDisk;
import io.synod.simulation.world.VirtualNetwork;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The hosts of a run with all that lives on them, and what joins them. */
final class Cluster implements Nemesis.Victim, HostObserver, Host.Surroundings {

    private static final long SECOND = 1_000_000_000L;
    private static final long CLOCK_ORIGIN_NANOS_MAX = 1L << 60;

    private final Options options;
    private final ClusterOptions settings;
    private final ClusterLayout layout;
    private final EventQueue events;
    private final SeededRandom random;
    private final FaultCounts faults;
    private final Trace trace;
    private final long clusterId;
    private final Household household;
    private final ClusterChecker checker;
    private final VirtualNetwork network;
    private final Nemesis nemesis;
    private final List<Host> hosts = new ArrayList<>();
    private final List<WireTap> taps = new ArrayList<>();
    private final List<Inhabitants> inhabitants = new ArrayList<>();
    private final List<NodeId> names = new ArrayList<>();
    private final List<User> users = new ArrayList<>();
    private final Map<NodeId, Integer> hostsByName = new HashMap<>();
    private final @Nullable AcceptorStore[] stores;
    private final boolean[] forgotten;
    private final Operator operator;
    private final Excluder excluder;
    private final LearnerStores learnerStores;
    private final @Nullable RotatedKeys keys;
    private final Demands demands;
    private final BoundsCheck bounds;

    Cluster(
            Options options,
            Roles roles,
            EventQueue events,
            SeededRandom random,
            FaultCounts faults,
            Checks checks,
            Trace trace) {
        this.options = options;
        this.settings = options.cluster();
        this.layout = settings.layout();
        this.events = events;
        this.random = random;
        this.faults = faults;
        this.trace = trace;
        this.clusterId = Mixing.mix(options.seed());
        this.household = new Household(options, roles);
        this.checker = new ClusterChecker(layout, settings.quorums(),
                settings.excludeNanos() > 0 ? Math.min(1, settings.trimQuorum()) : settings.trimQuorum(), checks);
        SeededRandom learnerRandom = random.fork("learner-stores");
        this.learnerStores = new LearnerStores(events, learnerRandom, checker, layout.learners(),
                settings.learnerMemory(),
                made -> new VirtualDisk(events, options.disk(), learnerRandom.fork("disk " + made), faults, false),
                this::residentLearner);
        this.stores = new AcceptorStore[layout.acceptors()];
        this.forgotten = new boolean[layout.acceptors()];
        for (NodeType type : NodeType.values()) {
            int count = type == NodeType.CLIENT ? settings.clients() : layout.count(type);
            for (int id = 0; id < count; id++) {
                addHost(type, id);
            }
        }
        this.keys = settings.sealed() ? new RotatedKeys(events, random.fork("keys"), hosts) : null;
        this.network = new VirtualNetwork(
                events, options.network(), random.fork("network"), hosts.size(), faults, this::arrive);
        this.nemesis =
                new Nemesis(events, options.faults(), random.fork("nemesis"), network, faults, trace, this);
        this.bounds = new BoundsCheck(household, checks, hosts.size());
        this.operator = new Operator(
                events, random.fork("operator"), options.faults().rejoinNanosMean(), inhabitants, this);
        this.excluder = new Excluder(events, random.fork("excluder"), settings, inhabitants, this);
        this.demands =
                new Demands(settings, checker, users, inhabitants, forgotten, operator.comes(), learnerStores);
    }

    private void addHost(NodeType type, int id) {
        int index = hosts.size();
        SeededRandom own = random.fork(type + "-" + id);
        boolean remembers = type.hosts(RoleType.ACCEPTOR) && !settings.memory();
        double drift = options.faults().clockDrift() * (2 * own.nextDouble() - 1);
        Host host = new Host(
                index,
                type,
                id,
                events,
                new VirtualDisk(events, options.disk(), own.fork("disk"), faults, !remembers),
                new HostClock(own.between(0, CLOCK_ORIGIN_NANOS_MAX), drift),
                options.faults().roundNanosMean(),
                own.fork("host"),
                faults,
                this,
                this);
        hosts.add(host);
        taps.add(new WireTap(clusterId, layout, this::said));
        inhabitants.add(Inhabitants.NONE);
        names.add(NodeId.of(NodeType.ACCEPTOR, 0));
        if (type == NodeType.CLIENT) {
            users.add(new User(
                    id, options.load(), settings.lanes(), events, own.fork("user"), checker.log().submitted(), host));
        }
    }

    /** Starts everything, in any order, and lets faults begin. */
    void start() {
        for (Host host : hosts) {
            events.after(random.chance(0.8) ? 0 : random.between(0, 2_000_000_000L), () -> boot(host));
        }
        users.forEach(User::start);
        nemesis.start();
        operator.start();
        excluder.start();
        if (keys != null) {
            keys.start();
        }
        events.after(SECOND, this::secondPassed);
    }

    private void secondPassed() {
        for (Host host : hosts) {
            bounds.secondPassed(host, inhabitants.get(host.index()));
        }
        events.after(SECOND, this::secondPassed);
    }

    private void boot(Host host) {
        if (host.isUp()) {
            return;
        }
        host.beginLife();
        SeededRandom own = random.fork(host + " life " + host.life());
        long incarnation = own.nextLong() | 1;
        NodeSettings nodeSettings = NodeSettings.of(
                host.type(),
                host.type() == NodeType.CLIENT ? 0 : host.id(),
                incarnation,
                clusterId,
                layout,
                settings.datagramBytesMax())
                .withBounds(household.bounds())
                .withKeys(keys == null ? null : keys.begin(host))
                .withHeapBuffers();
        NodeId name = nodeSettings.nodeId();
        names.set(host.index(), name);
        hostsByName.put(name, host.index());
        Inhabitants settled = settle(host, incarnation, own);
        inhabitants.set(host.index(), settled);
        List<Role> watched = new ArrayList<>();
        for (Role role : settled.roles()) {
            watched.add(new WatchedRole(role, name, layout, settings.trimQuorum(), Household.LEASE_NANOS,
                    checker));
        }
        trace.tell(host + " starts life " + host.life());
        host.start(new Node(nodeSettings, watched, host, host, host, own.fork("node")));
    }

    private Inhabitants settle(Host host, long incarnation, SeededRandom own) {
        if (host.type() == NodeType.CLIENT) {
            Inhabitants settled = household.client(host.id(), incarnation, own);
            if (settled.client() != null) {
                users.get(host.id()).clientStarted(settled.client());
            }
            return settled;
        }
        AcceptorRecovery recovery = AcceptorRecovery.empty(new StorageId(1, own.nextLong()));
        if (host.type().hosts(RoleType.ACCEPTOR)) {
            AcceptorStore store = stores[host.id()];
            if (store == null) {
                store = new AcceptorStore(recovery.storageId());
                stores[host.id()] = store;
                checker.storeFormed(host.id(), store.storageId());
            }
            recovery = store.recovery();
        }
        LearnerRecovery remembered = host.type().hosts(RoleType.LEARNER)
                ? learnerStores.begin(host.id(), new StorageId(1, own.nextLong()))
                : LearnerRecovery.empty(StorageId.UNKNOWN);
        return household.configured(host.type(), host.id(), incarnation, recovery, remembered, own);
    }

    @Override
    public List<Host> hosts() {
        return hosts;
    }

    @Override
    public void crash(Host host, boolean wipe, long downNanos) {
        trace.tell(host + " crashes" + (wipe ? " and loses its store" : ""));
        faults.crashes++;
        host.crash();
        if (isLearner(host)) {
            learnerStores.crashed(host.id());
        }
        afterDown(host, wipe, downNanos);
    }

    @Override
    public void stop(Host host, long downNanos) {
        trace.tell(host + " stops");
        faults.crashes++;
        host.stop();
        if (isLearner(host)) {
            learnerStores.stopped(host.id());
        }
        afterDown(host, false, downNanos);
    }

    private void afterDown(Host host, boolean wipe, long downNanos) {
        if (host.type().hosts(RoleType.ACCEPTOR)
                && stores[host.id()] != null
                && (wipe || host.disk().isMemory() || host.hasCommitFailed())) {
            stores[host.id()] = null;
            forget(host.id());
            faults.forgotten++;
        }
        if (wipe && isLearner(host)) {
            learnerStores.wipe(host.id());
        }
        events.after(downNanos, () -> boot(host));
    }

    /** The learner of an id that lives at present. */
    private @Nullable Learner residentLearner(int id) {
        for (Inhabitants home : inhabitants) {
            Learner learner = home.learner();
            if (learner != null && learner.id() == id) {
                return learner;
            }
        }
        return null;
    }

    /** One acceptor at least never forgets: with none left, nobody can tell a new log from the old. */
    @Override
    public boolean mayForget(Host host) {
        int others = 0;
        for (int id = 0; id < forgotten.length; id++) {
            others += forgotten[id] && id != host.id() ? 1 : 0;
        }
        boolean early = !checker.isFormed() && options.faults().forgetfulMax() < forgotten.length;
        return forgotten[host.id()]
                || (!early && others < Math.min(options.faults().forgetfulMax(), forgotten.length - 1));
    }

    @Override
    public void damage(Host host) {
        Learner learner = inhabitants.get(host.index()).learner();
        boolean stops = !(host.type().hosts(RoleType.ACCEPTOR) && host.disk().isMemory());
        if (learner != null && stops) {
            learnerStores.damage(host, learner, instance -> {
                trace.tell(host + " finds what its learner stored of instance " + instance + " damaged");
                faults.damagedLearners++;
            });
        }
    }

    /** Ends all faults and starts what is down. */
    void heal() {
        nemesis.rest();
        excluder.rest();
        network.heal();
        learnerStores.heal();
        for (Host host : hosts) {
            if (host.isUp() && host.hasCommitFailed()) {
                crash(host, true, 0);
            }
            if (isLearner(host) && learnerStores.isDamaged(host.id())) {
                replaceLearnerStore(host);
            }
            host.heal();
            boot(host);
        }
    }

    /** An operator stops a node whose learner's store is damaged, and empties that. */
    private void replaceLearnerStore(Host host) {
        if (host.isUp()) {
            stop(host, 0);
        }
        learnerStores.wipe(host.id());
    }

    void restUsers() {
        users.forEach(User::rest);
    }

    /** Submits values through each client. */
    void submit(int values) {
        users.forEach(user -> user.submit(values));
    }

    /** Cuts the link from one host to another. */
    void cut(Host from, Host to, long nanos) {
        network.cut(from.index(), to.index(), events.nowNanos() + nanos);
    }

    /** Tells the acceptor on a host to rejoin. */
    void tellToRejoin(Host host) {
        operator.tell(host);
    }

    @Nullable
    String openIsSettled() {
        return demands.openObstacle();
    }

    @Nullable
    String isSettled() {
        return demands.obstacle();
    }

    boolean isProgressDemanded() {
        return demands.isProgressDemanded();
    }

    void checkEnd() {
        demands.checkEnd();
    }

    long decided() {
        return checker.log().decided().watermark();
    }

    long delivered() {
        return checker.log().submitted().delivered();
    }

    private void arrive(Packet packet) {
        trace.note(packet.to(), packet.bytes().length);
        hosts.get(packet.to()).arrive(packet);
    }

    @Override
    public int hostOf(NodeId node) {
        return hostsByName.getOrDefault(node, -1);
    }

    @Override
    public void send(Packet packet) {
        trace.note(packet.source().host() + 1_000L * packet.to(), java.util.Arrays.hashCode(packet.bytes()));
        network.send(packet);
    }

    @Override
    public boolean mayFail(Host host) {
        return host.type().hosts(RoleType.ACCEPTOR) && mayForget(host);
    }

    @Override
    public void committing(Host host, long nanos) {
        nemesis.committing(host, nanos);
    }

    @Override
    public void sent(Host host, NodeId to, ByteBuffer datagram) {
        // Nothing that clients say is bound by a rule; what follows from it is.
        if (host.type() != NodeType.CLIENT || trace.isTalkative()) {
            taps.get(host.index()).sent(
                    names.get(host.index()), to, datagram, keys == null ? null : keys.all());
        }
    }

    /** Nothing may follow from a datagram that was acted on before, or that no node sent (rule S11). */
    @Override
    public void received(Host host, Packet packet, boolean actedOn) {
        if (trace.isTalkative() && !actedOn) {
            trace.say(() -> host + " gives nothing of a datagram from host " + packet.source() + " to its roles");
        }
        if (actedOn && (!packet.isGenuine() || packet.wasActedOnIn(host.life()))) {
            throw Failure.safety(
                    "S11", "%s acts on a datagram that %s", host, packet.isGenuine() ? "it had" : "no node sent");
        }
        if (actedOn) {
            packet.actedOnIn(host.life());
        }
    }

    private void said(NodeId from, NodeId to, Message message) {
        if (trace.isTalkative()) {
            trace.say(() -> from + " to " + to + ": " + message);
        }
        checker.says(from, to, message);
    }

    @Override
    public void durable(Host host, List<Write> writes) {
        if (host.type().hosts(RoleType.ACCEPTOR)) {
            AcceptorStore store = stores[host.id()];
            if (store != null) {
                checker.durable(host.id(), writes);
                store.apply(writes);
                if (writes.stream().anyMatch(AcceptorWrite.Rejoined.class::isInstance)) {
                    forgotten[host.id()] = false;
                    faults.rejoined++;
                }
            }
        }
    }

    @Override
    public void commitFailed(Host host) {
        trace.tell("a commit of " + host + " fails");
        checker.commitFailed(host.id());
        forget(host.id());
    }

    private void forget(int acceptor) {
        forgotten[acceptor] = true;
        demands.forgot();
    }

    @Override
    public void down(Host host) {
        inhabitants.set(host.index(), Inhabitants.NONE);
        if (host.type() == NodeType.CLIENT) {
            users.get(host.id()).clientDown();
        }
    }

    @Override
    public void output(Host host, Output output) {
        trace.say(() -> host + ": " + output);
        if (output instanceof ClientOutput told) {
            users.get(host.id()).told(told);
        } else if (isLearner(host) && output instanceof LearnerOutput told) {
            checker.output(host.id(), output);
            Learner learner = inhabitants.get(host.index()).learner();
            if (learner != null) {
                learnerStores.handed(host, learner, told);
            }
        }
    }

    private static boolean isLearner(Host host) {
        return host.type().hosts(RoleType.LEARNER) && host.type() != NodeType.CLIENT;
    }

    @Override
    public void roundEnded(Host host) {
        Throwable failure = host.node().failure();
        if (failure instanceof Failure shown) {
            throw shown;
        }
        if (failure != null) {
            throw Failure.crash(host.toString(), failure);
        }
        bounds.roundEnded(host);
    }
}
