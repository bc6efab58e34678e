package io.synod.runtime;

import java.util.Arrays;

/**
 * Which sequences of a sender's incarnation were seen: the newest {@link #WIDTH} one by one, and none older. What lies
 * further back than that cannot be told from a replay and counts as one.
 */
final class ReplayWindow {

    static final int WIDTH = 4_096;

    private final long[] seen = new long[WIDTH / Long.SIZE];
    private long highest;
    private long floor;

    /** Begins anew: every sequence up to {@code sequence} counts as seen. */
    void beginAfter(long sequence) {
        Arrays.fill(seen, 0);
        highest = sequence;
        floor = sequence;
    }

    /** Returns whether {@code sequence} was not seen before, and counts it as seen from now on. */
    boolean accept(long sequence) {
        if (!isNew(sequence)) {
            return false;
        }
        if (sequence > highest) {
            forget(highest, sequence);
            highest = sequence;
        }
        seen[word(sequence)] |= 1L << sequence;
        return true;
    }

    /** Returns whether {@code sequence} was not seen before. */
    boolean isNew(long sequence) {
        return sequence > highest || sequence > floor && highest - sequence < WIDTH && !isSet(sequence);
    }

    /** Clears the marks of the sequences between, which stood for others a window ago. */
    private void forget(long after, long upTo) {
        if (upTo - after >= WIDTH) {
            Arrays.fill(seen, 0);
            return;
        }
        for (long sequence = after + 1; sequence <= upTo; sequence++) {
            seen[word(sequence)] &= ~(1L << sequence);
        }
    }

    private boolean isSet(long sequence) {
        return (seen[word(sequence)] & (1L << sequence)) != 0;
    }

    private static int word(long sequence) {
        return (int) (sequence >>> 6) & (WIDTH / Long.SIZE - 1);
    }
}
