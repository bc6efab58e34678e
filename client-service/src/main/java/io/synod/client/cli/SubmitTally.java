package io.synod.client.cli;

import io.synod.client.ClientOutput;
import io.synod.client.RefusalReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Counts outcomes, and says at the end how it went. */
final class SubmitTally {

    private long delivered;
    private long refused;
    private long unknown;
    private boolean opened;
    private long elapsedNanos;
    private ClientOutput.@Nullable Refused firstRefused;
    private ClientOutput.@Nullable Unknown firstUnknown;

    /** Takes an outcome; returns how many values it is for. */
    int add(ClientOutput outcome) {
        return switch (outcome) {
            case ClientOutput.Decided decided -> {
                delivered += decided.count();
                yield decided.count();
            }
            case ClientOutput.Refused r -> {
                refused += r.count();
                firstRefused = firstRefused == null ? r : firstRefused;
                yield r.count();
            }
            case ClientOutput.Unknown u -> {
                unknown += u.count();
                firstUnknown = firstUnknown == null ? u : firstUnknown;
                yield u.count();
            }
            case ClientOutput.SessionOpened _ -> {
                opened = true;
                yield 0;
            }
            case ClientOutput.SessionLost _ -> 0;
        };
    }

    void end(long nanos) {
        elapsedNanos = nanos;
    }

    /** Whether a session was opened: the cluster was there. */
    boolean wasOpened() {
        return opened;
    }

    boolean isFailing() {
        return refused > 0 || unknown > 0;
    }

    ExitStatus status() {
        if (unknown > 0) {
            return ExitStatus.UNKNOWN;
        }
        if (refused > 0) {
            return opened ? ExitStatus.REFUSED : ExitStatus.UNREACHABLE;
        }
        return ExitStatus.OK;
    }

    /** What to tell the user, a line each. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        double seconds = elapsedNanos / 1e9;
        lines.add(String.format(
                Locale.ROOT, "%d of %d delivered in %.2f s", delivered, delivered + refused + unknown, seconds));
        ClientOutput.Refused r = firstRefused;
        if (r != null) {
            lines.add("synod: " + refused + " certainly not submitted, the first is number " + r.firstTicket() + ": "
                    + reason(r.reason()));
        }
        ClientOutput.Unknown u = firstUnknown;
        if (u != null) {
            lines.add("synod: " + unknown + " unknown, may be decided yet; the first is number " + u.firstTicket()
                    + " (session " + u.session() + ", number " + u.firstNumber() + " there): the deadline passed");
        }
        return lines;
    }

    private String reason(RefusalReason reason) {
        return switch (reason) {
            case OVERLOADED -> "the proposers had no room until the deadline";
            case NO_LEADER -> "no proposer led until the deadline";
            case TOO_LARGE -> "it exceeds the largest value that the proposers allow";
            case MALFORMED -> "the proposers did not understand it; is the cluster of another version?";
            case NOT_SENT -> opened
                    ? "those before it were not delivered until the deadline"
                    : "the cluster did not open a session until the deadline; 'synod status' says what runs";
            case SESSION_ENDED -> "its session ended first";
            case KEY_OF_ANOTHER_VALUE -> "its idempotency key stands for another value";
        };
    }
}
