package io.synod.simulation.check;

import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was submitted and what became of it: each value is delivered at most once, only submitted ones are, a
 * session's in the order of submission, and each outcome told to a user is true (rules S8 and S9). Of the values under an
 * idempotency key one is delivered, and all who submitted it are told the same.
 */
public final class SubmittedValues {

    /** Where a value was delivered. */
    public record Position(long instance, int index) {

        /** Stands where a client does not know how many values of others were delivered in the instance before its own. */
        public static final int INDEX_UNKNOWN = -1;

        boolean matches(@Nullable Position other) {
            return other != null
                    && instance == other.instance
                    && (index == INDEX_UNKNOWN || index == other.index);
        }
    }

    /** An idempotency key, and what was delivered under it. */
    private static final class Key {
        private final Bytes name;
        private final List<Submission> delivered = new ArrayList<>();
        private final List<Position> positions = new ArrayList<>();

        Key(Bytes name) {
            this.name = name;
        }

        boolean delivered(Submission submission, Position told) {
            for (int i = 0; i < delivered.size(); i++) {
                if (delivered.get(i).value.equals(submission.value) && told.matches(positions.get(i))) {
                    return true;
                }
            }
            return false;
        }

        boolean deliveredAnother(Submission submission) {
            return delivered.stream().anyMatch(it -> !it.value.equals(submission.value));
        }
    }

    /** One value and what is known of it. */
    public static final class Submission {
        private final long serial;
        private final int user;
        private final Bytes value;
        private final @Nullable Key key;
        private final long submittedNanos;
        private @Nullable Position delivered;
        private Outcome outcome = Outcome.OPEN;

        private Submission(long serial, int user, Bytes value, @Nullable Key key, long submittedNanos) {
            this.serial = serial;
            this.user = user;
            this.value = value;
            this.key = key;
            this.submittedNanos = submittedNanos;
        }

        public Bytes value() {
            return value;
        }

        /** The idempotency key; null if it has none. */
        public @Nullable Bytes key() {
            return key == null ? null : key.name;
        }

        public Outcome outcome() {
            return outcome;
        }

        public long submittedNanos() {
            return submittedNanos;
        }

        @Override
        public String toString() {
            return "value " + serial + " of user " + user + " (" + value + ", " + outcome + ", "
                    + (delivered == null ? "not delivered" : "delivered at " + delivered) + ")";
        }
    }

    /** What a user was told. */
    public enum Outcome {
        OPEN,
        DECIDED,
        REFUSED,
        UNKNOWN,
        /** The client crashed, so nothing more will be told. */
        LOST
    }

    private final Checks checks;
    private final List<Submission> submissions = new ArrayList<>();
    private final Map<SessionId, Long> lastSerials = new HashMap<>();
    private final List<Submission> keyed = new ArrayList<>();
    private long deliveredCount;

    public SubmittedValues(Checks checks) {
        this.checks = checks;
    }

    public List<Submission> all() {
        return submissions;
    }

    /** How many values were delivered. */
    public long delivered() {
        return deliveredCount;
    }

    /** Makes a value of at least 16 bytes that no other equals, and notes that a user submits it. */
    public Submission submit(int user, int bytes, long nowNanos) {
        return add(new Submission(submissions.size(), user, newValue(user, bytes), null, nowNanos));
    }

    /** The same with an idempotency key that no other has. */
    public Submission submitUnderNewKey(int user, int bytes, long nowNanos) {
        Key key = new Key(Bytes.ofUtf8("key-" + submissions.size()));
        return addKeyed(new Submission(submissions.size(), user, newValue(user, bytes), key, nowNanos));
    }

    /** The same under the key of another value. */
    public Submission submitUnderKeyOf(Submission other, int user, int bytes, long nowNanos) {
        return addKeyed(new Submission(submissions.size(), user, newValue(user, bytes), other.key, nowNanos));
    }

    /** Notes that a user submits a value again under its key. */
    public Submission submitAgain(Submission before, int user, long nowNanos) {
        return add(new Submission(submissions.size(), user, before.value, before.key, nowNanos));
    }

    /** Those of the values under keys that were submitted last, at most so many. */
    public List<Submission> lastKeyed(int max) {
        return keyed.subList(Math.max(0, keyed.size() - max), keyed.size());
    }

    private Submission addKeyed(Submission submission) {
        keyed.add(submission);
        return add(submission);
    }

    private Submission add(Submission submission) {
        submissions.add(submission);
        return submission;
    }

    private Bytes newValue(int user, int bytes) {
        byte[] value = new byte[bytes];
        long serial = submissions.size();
        for (int i = 0; i < bytes; i++) {
            value[i] = i < 8 ? (byte) (serial >>> (56 - 8 * i)) : (byte) (serial + user + i);
        }
        return Bytes.wrap(value);
    }

    /**
     * Notes that the log delivers a value.
     *
     * @param keysRememberedSince a key of a value delivered in this instance or since must be remembered
     */
    public void delivered(SessionId session, Bytes value, Position position, long keysRememberedSince) {
        long serial = value.length() < 8 ? -1 : ((long) value.intAt(0) << 32) | (value.intAt(4) & 0xFFFF_FFFFL);
        checks.that(
                serial >= 0 && serial < submissions.size() && submissions.get((int) serial).value.equals(value),
                "S8",
                "%s delivers a value that nobody submitted",
                position);
        Submission submission = submissions.get((int) serial);
        deliveredCount++;
        if (submission.key != null) {
            deliveredUnder(submission.key, submission, position, keysRememberedSince);
            return;
        }
        checks.that(submission.delivered == null, "S8", "%s is delivered again at %s", submission, position);
        submission.delivered = position;
        checks.that(
                submission.outcome != Outcome.REFUSED, "S8", "%s was refused and yet delivered", submission);
        Long last = lastSerials.put(session, serial);
        checks.that(
                last == null || last < serial, "S8", "session %s delivers %s after %d", session, submission, last);
    }

    private void deliveredUnder(Key key, Submission submission, Position position, long keysRememberedSince) {
        checks.that(
                key.positions.isEmpty() || key.positions.getLast().instance() < keysRememberedSince,
                "S8",
                "%s is delivered at %s, though %s was under the same key at %s",
                submission,
                position,
                key.delivered.isEmpty() ? null : key.delivered.getLast(),
                key.positions);
        key.delivered.add(submission);
        key.positions.add(position);
    }

    /** Notes that a user was told that a value is decided. */
    public void decided(Submission submission, Position position) {
        tell(submission, Outcome.DECIDED);
        checks.that(
                submission.key == null
                        ? position.matches(submission.delivered)
                        : submission.key.delivered(submission, position),
                "S9",
                "a user was told that %s was delivered at %s",
                submission,
                position);
    }

    /** Notes that a user was told that the key of a value stands for another. */
    public void refusedForItsKey(Submission submission) {
        tell(submission, Outcome.REFUSED);
        checks.that(
                submission.key != null && submission.key.deliveredAnother(submission),
                "S9",
                "a user was told that another value than %s was delivered under its key",
                submission);
    }

    /** Notes that a user was told that a value was certainly not submitted; under a key another submission of it may be. */
    public void refused(Submission submission) {
        tell(submission, Outcome.REFUSED);
        checks.that(submission.delivered == null, "S8", "%s was refused and yet delivered", submission);
    }

    /** Notes that a user was told that a value's fate is unknown. */
    public void unknown(Submission submission) {
        tell(submission, Outcome.UNKNOWN);
    }

    /** Notes that the client crashed before it told anything. */
    public void lost(Submission submission) {
        tell(submission, Outcome.LOST);
    }

    private void tell(Submission submission, Outcome outcome) {
        checks.that(
                submission.outcome == Outcome.OPEN, "S9", "a second outcome of %s: %s", submission, outcome);
        submission.outcome = outcome;
    }
}
