package io.synod.learner.service;

import org.jspecify.annotations.Nullable;

/**
 * A place in the delivered log: the value of this index, or the first one after it that exists.
 *
 * @param instance the instance, from 1
 * @param index the index among the values delivered at the instance, from 0
 */
public record Position(long instance, int index) {

    /** How a position is written. */
    public static final String ALLOWED =
            "an instance from 1, alone or followed by a colon and an index, such as 42 or 42:7";

    public Position {
        if (instance < 1 || index < 0) {
            throw new IllegalArgumentException("position " + instance + ":" + index + "; allowed is " + ALLOWED);
        }
    }

    /** Where an instance begins. */
    public static Position atStartOf(long instance) {
        return new Position(instance, 0);
    }

    /** Returns the position that a text names, or null if it names none. */
    public static @Nullable Position parse(String text) {
        int colon = text.indexOf(':');
        try {
            long instance = Long.parseLong(colon < 0 ? text : text.substring(0, colon));
            int index = colon < 0 ? 0 : Integer.parseInt(text.substring(colon + 1));
            return instance < 1 || index < 0 ? null : new Position(instance, index);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return instance + ":" + index;
    }
}
