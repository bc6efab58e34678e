package io.synod.proposer;

import java.util.Arrays;

/**
 * The numbers of one session that are taken: disjoint ranges in rising order, each from its first number to before its
 * end. Bounded: when there are too many ranges the lowest is forgotten, so a number that is not taken is never said to be.
 */
final class NumberRanges {

    static final int RANGES_MAX = 32;

    private long[] bounds = new long[4];
    private int size;

    /** Takes the numbers from {@code first} to before {@code end}. */
    void add(long first, long end) {
        int from = 0;
        while (from < size && bounds[from + 1] < first) {
            from += 2;
        }
        int to = from;
        long newFirst = first;
        long newEnd = end;
        while (to < size && bounds[to] <= end) {
            newFirst = Math.min(newFirst, bounds[to]);
            newEnd = Math.max(newEnd, bounds[to + 1]);
            to += 2;
        }
        replace(from, to, newFirst, newEnd);
        if (size > 2 * RANGES_MAX) {
            System.arraycopy(bounds, 2, bounds, 0, size - 2);
            size -= 2;
        }
    }

    /** Puts one range where those from {@code from} to {@code to} were. */
    private void replace(int from, int to, long first, long end) {
        int newSize = size - (to - from) + 2;
        if (newSize > bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        System.arraycopy(bounds, to, bounds, from + 2, size - to);
        bounds[from] = first;
        bounds[from + 1] = end;
        size = newSize;
    }

    /** Returns the lowest number of {@code first} to before {@code end} that is not taken, or {@code end}. */
    long firstFree(long first, long end) {
        for (int i = 0; i < size; i += 2) {
            if (bounds[i] <= first && first < bounds[i + 1]) {
                return Math.min(end, bounds[i + 1]);
            }
        }
        return first;
    }

    /** Returns the number after the highest of {@code first} to before {@code end} that is not taken, or {@code first}. */
    long freeEnd(long first, long end) {
        for (int i = 0; i < size; i += 2) {
            if (bounds[i] < end && end <= bounds[i + 1]) {
                return Math.max(first, bounds[i]);
            }
        }
        return end;
    }

    /** How many ranges there are. */
    int count() {
        return size / 2;
    }
}
