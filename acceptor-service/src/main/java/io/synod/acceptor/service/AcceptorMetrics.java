package io.synod.acceptor.service;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.synod.acceptor.AcceptorCounters;
import io.synod.acceptor.AcceptorView;
import io.synod.acceptor.storage.AcceptorStore;
import io.synod.observability.NodeViews;
import io.synod.observability.RoleProbe;
import io.synod.storage.CommitTimes;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The acceptor's meters.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><td>{@code paxos.acceptor.promises}</td><td>ballots promised to a prepare</td></tr>
 * <tr><td>{@code paxos.acceptor.accepts}</td><td>values accepted</td></tr>
 * <tr><td>{@code paxos.acceptor.preemptions}</td><td>prepares and accepts answered by preempted</td></tr>
 * <tr><td>{@code paxos.acceptor.repeats}</td><td>repeats answered</td></tr>
 * <tr><td>{@code paxos.acceptor.refusals}</td><td>accepts refused for want of room: in what it may hold, on its disk, or among what waits for the disk</td></tr>
 * <tr><td>{@code paxos.acceptor.dropped}</td><td>messages dropped, by {@code reason}: {@code conflict} (another value at
 *     the same ballot, rule S5), {@code misdirected}, {@code foreign} (of another log), {@code not_voting}, {@code
 *     clients_full}</td></tr>
 * <tr><td>{@code paxos.acceptor.voting}</td><td>1 while it votes, 0 otherwise</td></tr>
 * <tr><td>{@code paxos.acceptor.trimmed.instance}</td><td>the trim point</td></tr>
 * <tr><td>{@code paxos.acceptor.trim.asked.instance}</td><td>the highest instance that a learner asked to trim</td></tr>
 * <tr><td>{@code paxos.acceptor.stored.instances}</td><td>instances stored</td></tr>
 * <tr><td>{@code paxos.acceptor.stored}</td><td>what they take, in bytes</td></tr>
 * <tr><td>{@code paxos.acceptor.disk.used}</td><td>what the files of a durable store take, in bytes</td></tr>
 * <tr><td>{@code paxos.acceptor.disk.free}</td><td>what is left on its disk, in bytes</td></tr>
 * <tr><td>{@code paxos.acceptor.commit}</td><td>how long a group commit takes until it is durable, a histogram</td></tr>
 * </table>
 */
final class AcceptorMetrics implements MeterBinder {

    /** From a commit in memory to a disk that is as good as broken. */
    private static final Duration[] COMMIT_BUCKETS = Stream.of(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000,
            50_000, 100_000, 250_000, 1_000_000, 10_000_000).map(micros -> Duration.ofNanos(micros * 1_000L))
            .toArray(Duration[]::new);

    private final NodeViews views;
    private final RoleProbe<AcceptorView> probe;
    private final AcceptorStore store;
    private final CommitTimes commitTimes;

    AcceptorMetrics(NodeViews views, RoleProbe<AcceptorView> probe, AcceptorStore store, CommitTimes commitTimes) {
        this.views = views;
        this.probe = probe;
        this.store = store;
        this.commitTimes = commitTimes;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter("paxos.acceptor.promises", AcceptorCounters::promises)
                .description("Ballots promised to a prepare").register(registry);
        counter("paxos.acceptor.accepts", AcceptorCounters::accepts)
                .description("Values accepted").register(registry);
        counter("paxos.acceptor.preemptions", AcceptorCounters::preemptions)
                .description("Prepares and accepts answered by preempted").register(registry);
        counter("paxos.acceptor.repeats", AcceptorCounters::repeats)
                .description("Repeats answered").register(registry);
        counter("paxos.acceptor.refusals", AcceptorCounters::refusals)
                .description("Accepts refused for want of room").register(registry);
        dropped(registry, "conflict", AcceptorCounters::conflicts);
        dropped(registry, "misdirected", AcceptorCounters::misdirected);
        dropped(registry, "foreign", AcceptorCounters::foreign);
        dropped(registry, "not_voting", AcceptorCounters::notVoting);
        dropped(registry, "clients_full", AcceptorCounters::unregistered);
        gauge("paxos.acceptor.voting", AcceptorMetrics::voting)
                .description("Whether it votes").register(registry);
        gauge("paxos.acceptor.trimmed.instance", AcceptorView::trimPoint)
                .description("The highest instance that was trimmed").register(registry);
        gauge("paxos.acceptor.trim.asked.instance", AcceptorView::trimAsked)
                .description("The highest instance that a learner asked to trim").register(registry);
        gauge("paxos.acceptor.stored.instances", AcceptorView::storedInstances)
                .description("Instances stored").register(registry);
        gauge("paxos.acceptor.stored", AcceptorView::storedBytes).baseUnit("bytes")
                .description("What the stored instances take").register(registry);
        if (store.state().directory() != null) {
            Gauge.builder("paxos.acceptor.disk.used", store, s -> s.state().usedBytes()).baseUnit("bytes")
                    .description("What the files of the store take").strongReference(true).register(registry);
            Gauge.builder("paxos.acceptor.disk.free", store, s -> s.state().freeBytes()).baseUnit("bytes")
                    .description("What is left on the disk of the store").strongReference(true).register(registry);
        }
        commitTimes.recordTo(Timer.builder("paxos.acceptor.commit")
                .description("From the hand-over of a group commit until it is durable")
                .serviceLevelObjectives(COMMIT_BUCKETS).register(registry));
    }

    private static double voting(AcceptorView view) {
        return switch (view.status()) {
            case VOTING -> 1;
            case FORMING, REJOINING, OUT -> 0;
        };
    }

    private void dropped(MeterRegistry registry, String reason, ToLongFunction<AcceptorCounters> count) {
        counter("paxos.acceptor.dropped", count).tag("reason", reason).description("Messages not acted on")
                .register(registry);
    }

    private FunctionCounter.Builder<AcceptorMetrics> counter(String name, ToLongFunction<AcceptorCounters> count) {
        return FunctionCounter.builder(name, this, metrics -> metrics.read(view -> count.applyAsLong(view.counters())));
    }

    private Gauge.Builder<AcceptorMetrics> gauge(String name, ToDoubleFunction<AcceptorView> level) {
        return Gauge.builder(name, this, metrics -> metrics.read(level)).strongReference(true);
    }

    /** Reads the newest view; 0 before there is any. */
    private double read(ToDoubleFunction<AcceptorView> read) {
        AcceptorView view = views.current(probe, AcceptorView.class);
        return view == null ? 0 : read.applyAsDouble(view);
    }
}
