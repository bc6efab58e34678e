package io.synod.runtime;

import java.util.Arrays;

/** The newest incarnations that a peer was seen to leave, so that none of them is taken for a new one (rule S11). */
final class LeftIncarnations {

    /** More restarts than a peer goes through in the life of this process; beyond, the oldest is forgotten. */
    static final int MAX = 4_096;

    private long[] left = new long[4];
    private int size;
    private int next;

    void add(long incarnation) {
        if (size == left.length && size < MAX) {
            left = Arrays.copyOf(left, 2 * size);
        }
        left[next] = incarnation;
        size = Math.max(size, next + 1);
        next = (next + 1) % MAX;
    }

    boolean contains(long incarnation) {
        for (int i = 0; i < size; i++) {
            if (left[i] == incarnation) {
                return true;
            }
        }
        return false;
    }
}
