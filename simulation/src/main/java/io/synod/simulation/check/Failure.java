package io.synod.simulation.check;

import org.jspecify.annotations.Nullable;

/** A run has shown that something is wrong. */
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of wrong. */
    public enum Kind {
        /** A role threw, so its node stopped. */
        CRASH,
        /** A rule that must always hold does not. */
        SAFETY,
        /** Nothing is wrong but that things do not go on. */
        LIVENESS
    }

    private final Kind kind;

    private Failure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    private Failure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public static Failure crash(String who, Throwable cause) {
        return new Failure(Kind.CRASH, who + " failed: " + cause, cause);
    }

    public static Failure safety(String rule, String message, @Nullable Object... arguments) {
        return new Failure(Kind.SAFETY, rule + ": " + String.format(message, arguments));
    }

    public static Failure liveness(String message, @Nullable Object... arguments) {
        return new Failure(Kind.LIVENESS, "L1: " + String.format(message, arguments));
    }

    public Kind kind() {
        return kind;
    }
}
