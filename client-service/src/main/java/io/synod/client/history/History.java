package io.synod.client.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What clients submitted and were told, what learners delivered, and whether it agrees. Every value that is submitted is unlike all others.
 *
 * <p>What can be judged at once is judged when it is told, the rest by {@link #violations}:
 *
 * <ul>
 *   <li>all learners deliver the same values at the same places, in rising order, with no gap among the indices of an
 *       instance (S7);
 *   <li>nothing is delivered twice, or that nobody submitted, and of a stream the later is not delivered before the earlier
 *       (S8);
 *   <li>what was acknowledged is delivered, at the place that the client was told (S9);
 *   <li>what was refused is not delivered;
 *   <li>what was submitted after something was acknowledged is delivered behind it.
 * </ul>
 *
 * <p>The log is kept once, however many learners tell it. Safe for use by several threads; what is told from one thread
 * counts in that order.
 */
public final class History {

    /** Values of no stream may be delivered in any order. */
    public static final String NO_STREAM = "";

    private static final int VIOLATIONS_MAX = 100;
    private static final int SHOWN_CHARS_MAX = 80;
    private static final int NOWHERE = -1;

    /** What became of a value as its client was told. */
    private enum Outcome {
        NONE,
        ACKNOWLEDGED,
        REFUSED,
        UNKNOWN
    }

    private static final class Value {
        private final String stream;
        private final long number;
        /** What had been acknowledged anywhere when it was submitted. */
        private final Place floor;
        private Outcome outcome = Outcome.NONE;
        private @Nullable Place told;
        private int deliveredAt = NOWHERE;

        private Value(String stream, long number, Place floor) {
            this.stream = stream;
            this.number = number;
            this.floor = floor;
        }
    }

    private record Delivery(Place place, String value) {}

    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Long> lastDelivered = new HashMap<>();
    private final List<Delivery> log = new ArrayList<>();
    private final Map<String, Reader> readers = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    private Place acknowledged = Place.BEFORE_ALL;

    /** A value goes on its way. Told before it is handed to a client, so that nothing can be known of it earlier. */
    public void submitted(String value) {
        submitted(NO_STREAM, 0, value);
    }

    /**
     * As above, of a stream whose values are delivered in the order of their numbers.
     *
     * @param number rises within the stream
     */
    public synchronized void submitted(String stream, long number, String value) {
        if (values.putIfAbsent(value, new Value(stream, number, acknowledged)) != null) {
            throw new IllegalArgumentException("submitted twice: " + shown(value));
        }
        counts.merge(Outcome.NONE, 1, Integer::sum);
    }

    /** A client was told that a value is delivered, and where; an index below 0 is one that it was not told. */
    public synchronized void acknowledged(String value, long instance, int index) {
        Value known = end(value, Outcome.ACKNOWLEDGED);
        Place place = new Place(instance, index);
        known.told = place;
        Place least = index < 0 ? new Place(instance - 1, Integer.MAX_VALUE) : place;
        acknowledged = acknowledged.compareTo(least) < 0 ? least : acknowledged;
    }

    /** A client was told that a value is certainly not in the log, and never will be. */
    public synchronized void refused(String value) {
        end(value, Outcome.REFUSED);
    }

    /** A client was told that nobody knows. */
    public synchronized void unknown(String value) {
        end(value, Outcome.UNKNOWN);
    }

    private Value end(String value, Outcome outcome) {
        Value known = values.get(value);
        if (known == null) {
            throw new IllegalArgumentException("never submitted: " + shown(value));
        }
        if (known.outcome != Outcome.NONE) {
            add("S8", shown(value) + " has two outcomes: " + known.outcome + " and " + outcome);
        }
        counts.merge(known.outcome, -1, Integer::sum);
        counts.merge(outcome, 1, Integer::sum);
        known.outcome = outcome;
        return known;
    }

    /** Returns who tells what a learner delivers, from the start of the log on; the same for the same name. */
    public synchronized Reader reader(String learner) {
        return readers.computeIfAbsent(learner, name -> new Reader(name, 0));
    }

    /**
     * Returns who tells what a learner delivers from an instance on, which others have told up to there already.
     *
     * @param instance the first instance that it delivers
     */
    public synchronized Reader readerFrom(String learner, long instance) {
        int at = 0;
        while (at < log.size() && log.get(at).place.instance() < instance) {
            at++;
        }
        int start = at;
        return readers.computeIfAbsent(learner, name -> new Reader(name, start));
    }

    /** Tells in order what one learner delivers. */
    public final class Reader {

        private final String learner;
        private int at;
        private boolean astray;

        private Reader(String learner, int at) {
            this.learner = learner;
            this.at = at;
        }

        /** The learner delivers a value. */
        public void delivered(long instance, int index, String value) {
            synchronized (History.this) {
                if (!astray) {
                    take(new Delivery(new Place(instance, index), value));
                }
            }
        }

        /**
         * The learner has lost what lies before an instance, says so, and goes on there.
         *
         * @return whether others have told so much that it is known where that is; if not, nothing changes
         */
        public boolean goOnFrom(long instance) {
            synchronized (History.this) {
                if (log.isEmpty() || log.getLast().place.instance() < instance) {
                    return false;
                }
                while (at < log.size() && log.get(at).place.instance() < instance) {
                    at++;
                }
                return true;
            }
        }

        private void take(Delivery delivery) {
            if (at == log.size()) {
                append(learner, delivery);
            } else if (!log.get(at).equals(delivery)) {
                // From here on nothing of it would agree.
                astray = true;
                add("S7", learner + " delivers " + shown(delivery.value) + " at " + delivery.place + ", another one "
                        + shown(log.get(at).value) + " at " + log.get(at).place);
            }
            at++;
        }

        /** How many values were told. */
        public int count() {
            synchronized (History.this) {
                return at;
            }
        }
    }

    private void append(String learner, Delivery delivery) {
        Place last = log.isEmpty() ? Place.BEFORE_ALL : log.getLast().place;
        int next = delivery.place.instance() == last.instance() ? last.index() + 1 : 0;
        if (delivery.place.instance() < last.instance() || delivery.place.index() != next) {
            add("S7",
                    learner + " delivers " + shown(delivery.value) + " at " + delivery.place + ", next after " + last);
        }
        log.add(delivery);
        Value value = values.get(delivery.value);
        if (value == null) {
            add("S8", learner + " delivers at " + delivery.place + " what nobody submitted: "
                    + shown(delivery.value));
        } else if (value.deliveredAt != NOWHERE) {
            add("S8", shown(delivery.value) + " is delivered twice: at " + log.get(value.deliveredAt).place + " and "
                    + delivery.place);
        } else {
            value.deliveredAt = log.size() - 1;
            requireOrder(value, delivery);
        }
    }

    private void requireOrder(Value value, Delivery delivery) {
        if (delivery.place.compareTo(value.floor) <= 0) {
            add("S8", shown(delivery.value) + " is delivered at " + delivery.place + ", before " + value.floor
                    + ", which was acknowledged when it was submitted");
        }
        if (!value.stream.equals(NO_STREAM)) {
            Long before = lastDelivered.put(value.stream, value.number);
            if (before != null && before >= value.number) {
                add("S8", shown(delivery.value) + ", number " + value.number + " of " + value.stream
                        + ", is delivered after number " + before);
            }
        }
    }

    /** Returns whether every reader has told as much as the one that told most. */
    public synchronized boolean isLevel() {
        return readers.values().stream().allMatch(reader -> reader.at == log.size());
    }

    /** Returns where a value was delivered; null if nobody has told so. */
    public synchronized @Nullable Place delivered(String value) {
        Value known = values.get(value);
        return known == null || known.deliveredAt == NOWHERE ? null : log.get(known.deliveredAt).place;
    }

    /** How many values were acknowledged. */
    public int acknowledgedCount() {
        return count(Outcome.ACKNOWLEDGED);
    }

    /** How many values were refused. */
    public int refusedCount() {
        return count(Outcome.REFUSED);
    }

    /** Of how many values the outcome is unknown. */
    public int unknownCount() {
        return count(Outcome.UNKNOWN);
    }

    /** How many values have no outcome yet. */
    public int openCount() {
        return count(Outcome.NONE);
    }

    private synchronized int count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    /** How many values were delivered. */
    public synchronized int deliveredCount() {
        return log.size();
    }

    /** Returns what was seen not to agree as it was told; little work, unlike {@link #violations}. */
    public synchronized List<String> violationsSoFar() {
        return List.copyOf(violations);
    }

    /**
     * Returns what does not agree, as far as was told; empty if all does. An acknowledged value counts as lost once something behind
     * its place is delivered, or, with {@code whole}, if it is not delivered.
     *
     * @param whole whether all that learners deliver has been told
     */
    public synchronized List<String> violations(boolean whole) {
        List<String> all = new ArrayList<>(violations);
        Place last = log.isEmpty() ? Place.BEFORE_ALL : log.getLast().place;
        values.forEach((text, value) -> {
            String wrong = wrong(value, whole, last);
            if (wrong != null && all.size() < VIOLATIONS_MAX) {
                all.add(shown(text) + " " + wrong);
            }
        });
        return all;
    }

    private @Nullable String wrong(Value value, boolean whole, Place last) {
        Place at = value.deliveredAt == NOWHERE ? null : log.get(value.deliveredAt).place;
        Place told = value.told;
        if (value.outcome == Outcome.REFUSED && at != null) {
            return "was refused and is delivered at " + at;
        }
        if (told == null) {
            return null;
        }
        if (at == null) {
            return whole || last.instance() > told.instance()
                    ? "S9: was acknowledged at " + told + " and is not delivered"
                    : null;
        }
        boolean same = at.instance() == told.instance() && (told.index() < 0 || told.index() == at.index());
        return same ? null : "S9: was acknowledged at " + told + " and is delivered at " + at;
    }

    private void add(String rule, String what) {
        if (violations.size() < VIOLATIONS_MAX) {
            violations.add(rule + ": " + what);
        }
    }

    private static String shown(String value) {
        return "'" + (value.length() <= SHOWN_CHARS_MAX ? value : value.substring(0, SHOWN_CHARS_MAX) + "...") + "'";
    }
}
