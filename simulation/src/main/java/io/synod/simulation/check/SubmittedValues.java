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
 * session's in the order of submission, and each outcome told to a user is true (rules S8 and S9).
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

    /** One value and what is known of it. */
    public static final class Submission {
        private final long serial;
        private final int user;
        private final Bytes value;
        private final long submittedNanos;
        private @Nullable Position delivered;
        private Outcome outcome = Outcome.OPEN;

        Submission(long serial, int user, Bytes value, long submittedNanos) {
            this.serial = serial;
            this.user = user;
            this.value = value;
            this.submittedNanos = submittedNanos;
        }

        public Bytes value() {
            return value;
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
        byte[] value = new byte[bytes];
        long serial = submissions.size();
        for (int i = 0; i < bytes; i++) {
            value[i] = i < 8 ? (byte) (serial >>> (56 - 8 * i)) : (byte) (serial + user + i);
        }
        Submission submission = new Submission(serial, user, Bytes.wrap(value), nowNanos);
        submissions.add(submission);
        return submission;
    }

    /** Notes that the log delivers a value. */
    public void delivered(SessionId session, Bytes value, Position position) {
        long serial = value.length() < 8 ? -1 : ((long) value.intAt(0) << 32) | (value.intAt(4) & 0xFFFF_FFFFL);
        checks.that(
                serial >= 0 && serial < submissions.size() && submissions.get((int) serial).value.equals(value),
                "S8",
                "%s delivers a value that nobody submitted",
                position);
        Submission submission = submissions.get((int) serial);
        checks.that(submission.delivered == null, "S8", "%s is delivered again at %s", submission, position);
        submission.delivered = position;
        deliveredCount++;
        checks.that(
                submission.outcome != Outcome.REFUSED, "S8", "%s was refused and yet delivered", submission);
        Long last = lastSerials.put(session, serial);
        checks.that(
                last == null || last < serial, "S8", "session %s delivers %s after %d", session, submission, last);
    }

    /** Notes that a user was told that a value is decided. */
    public void decided(Submission submission, Position position) {
        tell(submission, Outcome.DECIDED);
        checks.that(
                position.matches(submission.delivered),
                "S9",
                "a user was told that %s was delivered at %s",
                submission,
                position);
    }

    /** Notes that a user was told that a value was certainly not submitted. */
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
