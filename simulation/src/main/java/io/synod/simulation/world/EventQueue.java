package io.synod.simulation.world;

import java.util.Arrays;

/**
 * Virtual time and what is to happen in it. Events of one instant happen in the order in which they were scheduled. A
 * binary heap over plain arrays, since a run has some hundred thousand events. Not thread-safe.
 */
public final class EventQueue {

    private long[] times = new long[256];
    private long[] orders = new long[256];
    private Runnable[] events = new Runnable[256];
    private int size;
    private long nextOrder;
    private long nowNanos;
    private long executed;

    /** The virtual time, in nanoseconds from the start of the run. */
    public long nowNanos() {
        return nowNanos;
    }

    /** How many events have happened. */
    public long executed() {
        return executed;
    }

    /** Lets something happen at a time, or now if that has passed. */
    public void at(long timeNanos, Runnable event) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            orders = Arrays.copyOf(orders, size * 2);
            events = Arrays.copyOf(events, size * 2);
        }
        up(size++, Math.max(timeNanos, nowNanos), nextOrder++, event);
    }

    /** Lets something happen after a delay. */
    public void after(long delayNanos, Runnable event) {
        at(nowNanos + delayNanos, event);
    }

    /** Lets the next event happen, if it is due by {@code untilNanos}; else moves the time there. Returns whether. */
    public boolean step(long untilNanos) {
        if (size == 0 || times[0] > untilNanos) {
            nowNanos = Math.max(nowNanos, untilNanos);
            return false;
        }
        nowNanos = times[0];
        Runnable event = events[0];
        removeFirst();
        executed++;
        event.run();
        return true;
    }

    private void removeFirst() {
        size--;
        long time = times[size];
        long order = orders[size];
        Runnable event = events[size];
        events[size] = NOTHING;
        if (size > 0) {
            down(time, order, event);
        }
    }

    private void up(int from, long time, long order, Runnable event) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!isBefore(time, order, parent)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, time, order, event);
    }

    private void down(long time, long order, Runnable event) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && isBefore(times[child + 1], orders[child + 1], child)) {
                child++;
            }
            if (isBefore(time, order, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, time, order, event);
    }

    private boolean isBefore(long time, long order, int other) {
        return time < times[other] || (time == times[other] && order < orders[other]);
    }

    private void move(int from, int to) {
        put(to, times[from], orders[from], events[from]);
    }

    private void put(int at, long time, long order, Runnable event) {
        times[at] = time;
        orders[at] = order;
        events[at] = event;
    }

    private static final Runnable NOTHING = () -> {};
}
