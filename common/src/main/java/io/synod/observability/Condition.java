package io.synod.observability;

/**
 * Whether something is as it should be, and in words.
 *
 * @param ok whether it is
 * @param text what is the case, for people
 */
public record Condition(boolean ok, String text) {

    public static Condition ok(String text) {
        return new Condition(true, text);
    }

    public static Condition notOk(String text) {
        return new Condition(false, text);
    }
}
