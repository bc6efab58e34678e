package io.synod.role;

/** Checks of the rules that must always hold. They are always on and throw before any effect of the round leaves. */
public final class Invariant {

    /** A rule is broken: the node must stop. */
    public static final class Violation extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }

    private Invariant() {}

    /**
     * Throws if a rule does not hold.
     *
     * @param holds what must be true
     * @param rule the rule as {@code docs/protocol.md} numbers it, such as {@code S1}
     * @param message what to say, as {@link String#format} takes it, with the numbers in {@code arguments}
     */
    public static void check(boolean holds, String rule, String message, Object... arguments) {
        if (!holds) {
            throw new Violation("rule " + rule + " is broken: " + String.format(message, arguments));
        }
    }
}
