package io.synod.proposer.service;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.synod.observability.NodeViews;
import io.synod.observability.RoleProbe;
import io.synod.proposer.ProposerView;
import io.synod.proposer.ProposerView.Counters;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The proposer's meters.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><td>{@code paxos.proposer.leader}</td><td>1 while it leads, 0 otherwise</td></tr>
 * <tr><td>{@code paxos.proposer.round}</td><td>the round of its newest ballot</td></tr>
 * <tr><td>{@code paxos.proposer.instances.decided}</td><td>instances decided in its leaderships</td></tr>
 * <tr><td>{@code paxos.proposer.values.proposed}</td><td>clients' values proposed</td></tr>
 * <tr><td>{@code paxos.proposer.retransmissions}</td><td>accepts repeated to one acceptor</td></tr>
 * <tr><td>{@code paxos.proposer.rejections}</td><td>submits refused</td></tr>
 * <tr><td>{@code paxos.proposer.forwarded}</td><td>submits forwarded to the leader</td></tr>
 * <tr><td>{@code paxos.proposer.refused}</td><td>its accepts that acceptors refused, by {@code reason}:
 *     {@code not_voting}, {@code storage_full}</td></tr>
 * <tr><td>{@code paxos.proposer.in.flight.instances}</td><td>undecided instances</td></tr>
 * <tr><td>{@code paxos.proposer.in.flight}</td><td>bytes in those</td></tr>
 * <tr><td>{@code paxos.proposer.window}</td><td>how many bytes may be in flight at present</td></tr>
 * <tr><td>{@code paxos.proposer.queued.values}</td><td>values that wait to be proposed</td></tr>
 * </table>
 */
final class ProposerMetrics implements MeterBinder {

    private final NodeViews views;
    private final RoleProbe<ProposerView> probe;

    ProposerMetrics(NodeViews views, RoleProbe<ProposerView> probe) {
        this.views = views;
        this.probe = probe;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge("paxos.proposer.leader", view -> view.isLeader() ? 1 : 0)
                .description("Whether it leads").register(registry);
        gauge("paxos.proposer.round", view -> view.ballot().round())
                .description("The round of its newest ballot").register(registry);
        counter("paxos.proposer.instances.decided", Counters::instancesDecided)
                .description("Instances decided in its leaderships").register(registry);
        counter("paxos.proposer.values.proposed", Counters::valuesProposed)
                .description("Clients' values proposed").register(registry);
        counter("paxos.proposer.retransmissions", Counters::retransmissions)
                .description("Accepts repeated to one acceptor").register(registry);
        counter("paxos.proposer.rejections", Counters::rejections)
                .description("Submits refused").register(registry);
        counter("paxos.proposer.forwarded", Counters::forwarded)
                .description("Submits forwarded to the leader").register(registry);
        refused(registry, "not_voting", Counters::refusedNotVoting);
        refused(registry, "storage_full", Counters::refusedStorageFull);
        gauge("paxos.proposer.in.flight.instances", ProposerView::inFlightInstances)
                .description("Undecided instances").register(registry);
        gauge("paxos.proposer.in.flight", ProposerView::inFlightBytes).baseUnit("bytes")
                .description("What is in undecided instances").register(registry);
        gauge("paxos.proposer.window", ProposerView::windowBytes).baseUnit("bytes")
                .description("How much may be in flight at present").register(registry);
        gauge("paxos.proposer.queued.values", ProposerView::queuedValues)
                .description("Values that wait to be proposed").register(registry);
    }

    private void refused(MeterRegistry registry, String reason, ToLongFunction<Counters> count) {
        counter("paxos.proposer.refused", count).tag("reason", reason)
                .description("Its accepts that acceptors refused").register(registry);
    }

    private FunctionCounter.Builder<ProposerMetrics> counter(String name, ToLongFunction<Counters> count) {
        return FunctionCounter.builder(name, this, metrics -> metrics.read(view -> count.applyAsLong(view.counters())));
    }

    private Gauge.Builder<ProposerMetrics> gauge(String name, ToDoubleFunction<ProposerView> level) {
        return Gauge.builder(name, this, metrics -> metrics.read(level)).strongReference(true);
    }

    /** Reads the newest view; 0 before there is any. */
    private double read(ToDoubleFunction<ProposerView> read) {
        ProposerView view = views.current(probe, ProposerView.class);
        return view == null ? 0 : read.applyAsDouble(view);
    }
}
