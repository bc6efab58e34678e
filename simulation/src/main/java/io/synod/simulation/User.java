package io.synod.simulation;

import io.synod.client.Admission;
import io.synod.client.Client;
import io.synod.client.ClientOutput;
import io.synod.client.RefusalReason;
import io.synod.client.ValueKey;
import io.synod.protocol.Bytes;
import io.synod.simulation.check.Failure;
import io.synod.simulation.check.SubmittedValues;
import io.synod.simulation.check.SubmittedValues.Position;
import io.synod.simulation.check.SubmittedValues.Submission;
import io.synod.simulation.option.LoadOptions;
import io.synod.simulation.world.EventQueue;
import io.synod.simulation.world.Host;
import io.synod.simulation.world.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Submits values through one client, and holds every outcome against the decided log. */
final class User {

    /** With as many open, a user waits: what a healed cluster must work off is bounded. */
    private static final int OPEN_MAX = 300;

    /** Of so many values under keys one is submitted again. */
    private static final int KEYS_RETRIED = 6;

    private final int index;
    private final LoadOptions load;
    private final EventQueue events;
    private final SeededRandom random;
    private final SubmittedValues submitted;
    private final Host host;
    private final int lanes;
    private final List<TreeMap<Long, Submission>> open = new ArrayList<>();
    private @Nullable Client client;
    private boolean resting;

    User(
            int index,
            LoadOptions load,
            int lanes,
            EventQueue events,
            SeededRandom random,
            SubmittedValues submitted,
            Host host) {
        this.index = index;
        this.load = load;
        this.lanes = lanes;
        this.events = events;
        this.random = random;
        this.submitted = submitted;
        this.host = host;
        for (int lane = 0; lane < lanes; lane++) {
            open.add(new TreeMap<>());
        }
    }

    Host host() {
        return host;
    }

    /** How many values have no outcome yet. */
    int openCount() {
        return open.stream().mapToInt(TreeMap::size).sum();
    }

    /** How many of them have no idempotency key. */
    int openWithoutKey() {
        int count = 0;
        for (TreeMap<Long, Submission> lane : open) {
            for (Submission submission : lane.values()) {
                count += submission.key() == null ? 1 : 0;
            }
        }
        return count;
    }

    /** Begins to submit; called once. */
    void start() {
        events.after(random.exponential(load.intervalNanosMean()), this::act);
    }

    /** Submits nothing more by itself. */
    void rest() {
        resting = true;
    }

    /** The client begins a life. */
    void clientStarted(Client started) {
        client = started;
    }

    /** The client's life has ended: it tells nothing more. */
    void clientDown() {
        client = null;
        for (TreeMap<Long, Submission> lane : open) {
            lane.values().forEach(submitted::lost);
            lane.clear();
        }
    }

    private void act() {
        if (resting) {
            return;
        }
        if (load.keyedShare() > 0 && random.chance(load.keyedShare()) && openCount() < OPEN_MAX) {
            submitKeyed();
            events.after(random.exponential(load.intervalNanosMean()), this::act);
            return;
        }
        switch (openCount() < OPEN_MAX ? load.pattern() : LoadOptions.Pattern.CLOSED_LOOP) {
            case STEADY -> submit(1);
            case BURSTS -> submit(random.between(1, load.burstMax()));
            case CLOSED_LOOP -> submit(Math.max(0, Math.min(8, load.burstMax()) - openCount()));
        }
        events.after(random.exponential(load.intervalNanosMean()), this::act);
    }

    /** Submits some values now, if the client is up. */
    void submit(int count) {
        Client target = client;
        if (target == null || count == 0) {
            return;
        }
        int lane = random.between(0, lanes - 1);
        List<Submission> submissions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            submissions.add(submitted.submit(index, valueBytes(), events.nowNanos()));
        }
        // A task goes with the life of the host, so the client is still the same.
        host.execute((nowNanos, effects) -> submit(target, lane, submissions, nowNanos));
    }

    /** Submits a value under a key, if the client is up: a new one, one that somebody submitted lately, or another under its key. */
    private void submitKeyed() {
        Client target = client;
        if (target == null) {
            return;
        }
        int lane = random.between(0, lanes - 1);
        List<Submission> lately = submitted.lastKeyed(KEYS_RETRIED);
        Submission before =
                lately.isEmpty() || random.chance(0.4) ? null : random.pick(lately.toArray(Submission[]::new));
        Submission submission;
        if (before == null) {
            submission = submitted.submitUnderNewKey(index, valueBytes(), events.nowNanos());
        } else if (random.chance(0.8)) {
            submission = submitted.submitAgain(before, index, events.nowNanos());
        } else {
            submission = submitted.submitUnderKeyOf(before, index, valueBytes(), events.nowNanos());
        }
        Bytes key = Objects.requireNonNull(submission.key());
        host.execute((nowNanos, _) -> admit(
                target.submit(lane, ValueKey.of(key, submission.value()), submission.value(), nowNanos),
                lane,
                List.of(submission)));
    }

    private int valueBytes() {
        int max = Math.max(LoadOptions.VALUE_BYTES_MIN, load.valueBytesMax());
        return (int) random.logBetween(LoadOptions.VALUE_BYTES_MIN, max);
    }

    private void submit(Client target, int lane, List<Submission> submissions, long nowNanos) {
        List<Bytes> values = submissions.stream().map(Submission::value).toList();
        admit(target.submit(lane, values, nowNanos), lane, submissions);
    }

    private void admit(Admission admission, int lane, List<Submission> submissions) {
        if (!admission.isTaken()) {
            submissions.forEach(submitted::refused);
            return;
        }
        for (int i = 0; i < submissions.size(); i++) {
            open.get(lane).put(admission.firstTicket() + i, submissions.get(i));
        }
    }

    /** The client tells what has become of values. */
    void told(ClientOutput output) {
        switch (output) {
            case ClientOutput.Decided told -> {
                for (int i = 0; i < told.count(); i++) {
                    int at = told.firstIndex() < 0 ? Position.INDEX_UNKNOWN : told.firstIndex() + i;
                    submitted.decided(take(told.lane(), told.firstTicket() + i), new Position(told.instance(), at));
                }
            }
            case ClientOutput.Refused told -> {
                for (int i = 0; i < told.count(); i++) {
                    refused(take(told.lane(), told.firstTicket() + i), told.reason());
                }
            }
            case ClientOutput.Unknown told -> {
                for (int i = 0; i < told.count(); i++) {
                    submitted.unknown(take(told.lane(), told.firstTicket() + i));
                }
            }
            case ClientOutput.SessionOpened _, ClientOutput.SessionLost _ -> {}
        }
    }

    private void refused(Submission submission, RefusalReason reason) {
        if (reason == RefusalReason.KEY_OF_ANOTHER_VALUE) {
            submitted.refusedForItsKey(submission);
        } else {
            submitted.refused(submission);
        }
    }

    /** Each ticket has one outcome, in the order of the tickets of a lane, but for values under keys. */
    private Submission take(int lane, long ticket) {
        Submission submission = open.get(lane).remove(ticket);
        if (submission == null) {
            throw Failure.safety("S9", "user %d is told of ticket %d of lane %d, which is not open", index, ticket,
                    lane);
        }
        if (submission.key() == null) {
            for (Map.Entry<Long, Submission> before : open.get(lane).headMap(ticket).entrySet()) {
                if (before.getValue().key() == null) {
                    throw Failure.safety("S9", "user %d is told of ticket %d before %d of lane %d", index, ticket,
                            before.getKey(), lane);
                }
            }
        }
        return submission;
    }
}
