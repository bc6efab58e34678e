package io.synod.client.service;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.synod.client.ClientView;
import io.synod.observability.NodeViews;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The client's meters.
 *
 * <ul>
 *   <li>{@code paxos.client.latency}: from taking a value to its delivery, a histogram
 *   <li>{@code paxos.client.submitted}: values taken
 *   <li>{@code paxos.client.delivered}: values decided and delivered
 *   <li>{@code paxos.client.refused}, {@code paxos.client.unknown}: values with these outcomes
 *   <li>{@code paxos.client.resent}: values sent again, once for each time
 * </ul>
 */
final class ClientMetrics implements MeterBinder {

    /** From a few round trips on one host to the deadline. */
    private static final Duration[] LATENCY_BUCKETS = Stream.of(250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000,
            100_000, 250_000, 500_000, 1_000_000, 2_500_000, 10_000_000)
            .map(micros -> Duration.ofNanos(micros * 1_000L)).toArray(Duration[]::new);

    private final ValueSubmissions submissions;
    private final NodeViews views;
    private final ClientProbe probe;

    ClientMetrics(ValueSubmissions submissions, NodeViews views, ClientProbe probe) {
        this.submissions = submissions;
        this.views = views;
        this.probe = probe;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Timer latency = Timer.builder("paxos.client.latency")
                .description("From taking a value to its delivery")
                .serviceLevelObjectives(LATENCY_BUCKETS)
                .register(registry);
        submissions.setLatencyListener(nanos -> latency.record(nanos, TimeUnit.NANOSECONDS));
        counter(registry, "paxos.client.submitted", "Values taken", ClientView.Counts::submitted);
        counter(registry, "paxos.client.delivered", "Values decided and delivered", ClientView.Counts::decided);
        counter(registry, "paxos.client.refused", "Values certainly not delivered", ClientView.Counts::refused);
        counter(registry, "paxos.client.unknown", "Values of unknown outcome", ClientView.Counts::unknown);
        counter(registry, "paxos.client.resent", "Values sent again, once for each time", ClientView.Counts::resent);
    }

    private void counter(
            MeterRegistry registry, String name, String description, ToDoubleFunction<ClientView.Counts> count) {
        FunctionCounter.builder(name, this, metrics -> metrics.value(count))
                .description(description)
                .register(registry);
    }

    private double value(ToDoubleFunction<ClientView.Counts> count) {
        ClientView view = views.current(probe, ClientView.class);
        return view == null ? 0 : count.applyAsDouble(view.counts());
    }
}
