package io.synod.learner.service;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.synod.learner.LearnerView;
import io.synod.learner.LearnerView.State;
import io.synod.learner.storage.LearnerStore;
import io.synod.observability.NodeViews;
import io.synod.storage.CommitTimes;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The meters of a learner.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><td>{@code paxos.learner.instances.delivered}</td><td>instances delivered</td></tr>
 * <tr><td>{@code paxos.learner.values.delivered}</td><td>values delivered</td></tr>
 * <tr><td>{@code paxos.learner.duplicates}</td><td>values decided again, and not delivered again</td></tr>
 * <tr><td>{@code paxos.learner.refused}</td><td>values decided for a session that is over, beyond its window, or under a key of another value</td></tr>
 * <tr><td>{@code paxos.learner.repeats}</td><td>requests to repeat sent to acceptors</td></tr>
 * <tr><td>{@code paxos.learner.delivered.instance}</td><td>the last instance delivered</td></tr>
 * <tr><td>{@code paxos.learner.held.instance}</td><td>up to where it holds everything, stored where it has a store</td></tr>
 * <tr><td>{@code paxos.learner.first.instance}</td><td>the first instance that applications can read here</td></tr>
 * <tr><td>{@code paxos.learner.gap.instances}</td><td>instances known to be decided and not delivered</td></tr>
 * <tr><td>{@code paxos.learner.stopped}</td><td>1 while it delivers no more, by {@code reason}: {@code below_trim}, {@code
 *     hash_differs}, {@code two_values}, {@code other_log}, {@code store_failed}</td></tr>
 * <tr><td>{@code paxos.learner.store.damaged}</td><td>1 when some of what it stored cannot be read any more</td></tr>
 * <tr><td>{@code paxos.learner.sessions}</td><td>sessions that live</td></tr>
 * <tr><td>{@code paxos.learner.keys}</td><td>idempotency keys that are remembered</td></tr>
 * <tr><td>{@code paxos.learner.keys.forgotten}</td><td>those forgotten before their time, since the table was full</td></tr>
 * <tr><td>{@code paxos.learner.retained.bytes}</td><td>about what the delivered log takes in memory</td></tr>
 * <tr><td>{@code paxos.learner.commit}</td><td>how long the store took over a commit</td></tr>
 * <tr><td>{@code paxos.learner.subscribers}</td><td>WebSockets and streams that read the delivered log</td></tr>
 * <tr><td>{@code paxos.learner.subscribers.refused}</td><td>those for whom there was no place</td></tr>
 * <tr><td>{@code paxos.learner.subscribers.ended}</td><td>WebSockets that ended, by {@code reason}</td></tr>
 * <tr><td>{@code paxos.learner.subscriber.lag.instances}</td><td>how far the slowest WebSocket is behind</td></tr>
 * <tr><td>{@code paxos.learner.subscriber.values}</td><td>values sent over WebSockets</td></tr>
 * </table>
 */
final class LearnerMetrics implements MeterBinder {

    private static final Set<State> STOPPED =
            EnumSet.of(State.BELOW_TRIM, State.HASH_DIFFERS, State.TWO_VALUES, State.OTHER_LOG, State.STORE_FAILED);

    private final NodeViews views;
    private final LearnerProbe probe;
    private final DeliveredLog log;
    private final Subscribers subscribers;
    private final CommitTimes commitTimes;
    private final LearnerStore store;

    LearnerMetrics(NodeViews views, LearnerProbe probe, DeliveredLog log, Subscribers subscribers,
            CommitTimes commitTimes, LearnerStore store) {
        this.store = store;
        this.views = views;
        this.probe = probe;
        this.log = log;
        this.subscribers = subscribers;
        this.commitTimes = commitTimes;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter(registry, "paxos.learner.instances.delivered", view -> view.counters().instancesDelivered());
        counter(registry, "paxos.learner.values.delivered", view -> view.counters().valuesDelivered());
        counter(registry, "paxos.learner.duplicates", view -> view.counters().duplicates());
        counter(registry, "paxos.learner.refused", view -> view.counters().refused());
        counter(registry, "paxos.learner.repeats", view -> view.counters().repeats());
        gauge(registry, "paxos.learner.delivered.instance", LearnerView::delivered);
        gauge(registry, "paxos.learner.held.instance", LearnerView::held);
        Gauge.builder("paxos.learner.first.instance", log, DeliveredLog::first)
                .strongReference(true)
                .register(registry);
        gauge(registry, "paxos.learner.gap.instances", LearnerView::gapInstances);
        for (State reason : STOPPED) {
            Gauge.builder("paxos.learner.stopped", this, self -> self.read(view -> view.state() == reason ? 1 : 0))
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT)).strongReference(true).register(registry);
        }
        Gauge.builder("paxos.learner.store.damaged", store, stored -> stored.damage() == null ? 0 : 1)
                .strongReference(true)
                .register(registry);
        gauge(registry, "paxos.learner.sessions", LearnerView::sessions);
        gauge(registry, "paxos.learner.keys", LearnerView::keys);
        counter(registry, "paxos.learner.keys.forgotten", view -> view.counters().keysForgotten());
        Gauge.builder("paxos.learner.retained.bytes", log, DeliveredLog::retainedBytes)
                .strongReference(true)
                .register(registry);
        commitTimes.recordTo(Timer.builder("paxos.learner.commit").register(registry));
        bindSubscribers(registry);
    }

    private void bindSubscribers(MeterRegistry registry) {
        Gauge.builder("paxos.learner.subscribers", subscribers, Subscribers::count)
                .strongReference(true)
                .register(registry);
        Gauge.builder("paxos.learner.subscriber.lag.instances", subscribers, Subscribers::lagInstances)
                .strongReference(true)
                .register(registry);
        FunctionCounter.builder("paxos.learner.subscriber.values", subscribers, Subscribers::values).register(registry);
        FunctionCounter.builder("paxos.learner.subscribers.refused", subscribers, Subscribers::refused)
                .register(registry);
        for (SubscriptionEnd.Kind kind : SubscriptionEnd.Kind.values()) {
            FunctionCounter.builder("paxos.learner.subscribers.ended", subscribers, all -> all.ended(kind))
                    .tag("reason", kind.tag())
                    .register(registry);
        }
    }

    private void counter(MeterRegistry registry, String name, ToDoubleFunction<LearnerView> value) {
        FunctionCounter.builder(name, this, self -> self.read(value)).register(registry);
    }

    private void gauge(MeterRegistry registry, String name, ToDoubleFunction<LearnerView> value) {
        Gauge.builder(name, this, self -> self.read(value)).strongReference(true).register(registry);
    }

    private double read(ToDoubleFunction<LearnerView> value) {
        LearnerView view = views.current(probe, LearnerView.class);
        return view == null ? 0 : value.applyAsDouble(view);
    }
}
