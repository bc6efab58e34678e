package io.synod.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Keeps a flood of refused datagrams away from those that are acted on: while one is on, the sources of these have {@link
 * Lanes}, and what comes to the common socket, from strangers, is read as {@link FloodControl} allows. All but {@link
 * #lanesOpen} belongs to one thread.
 */
final class FloodGuard {

    /** So little waits at the common socket while it is read seldom: what is old by then is of no use. */
    private static final int SHORT_BUFFER_BYTES = 256 << 10;

    /** Receives from a channel into a batch, of which a part is free. */
    @FunctionalInterface
    interface Drain {

        /** Returns whether nothing is left. */
        boolean drain(DatagramChannel channel, DatagramBatch batch, int datagramsMax) throws ClosedChannelException;
    }

    private final DatagramChannel common;
    private final Selector selector;
    private final SelectionKey commonKey;
    private final Lanes lanes;
    private final Drain drain;
    private final LongSupplier nanoClock;
    private final FloodControl control = new FloodControl();
    private final List<DatagramChannel> ready = new ArrayList<>();
    private final Consumer<SelectionKey> noteReady = this::noteReady;

    private final int receiveBufferBytes;

    private boolean on;
    private boolean isShort;
    private boolean hasGivenUp;
    private long begunNanos;
    private int strangers;
    private boolean areAllRead;
    private volatile int lanesOpen;

    FloodGuard(DatagramChannel common, Selector selector, SelectionKey commonKey, Lanes lanes, Drain drain,
            int receiveBufferBytes, LongSupplier nanoClock) {
        this.common = common;
        this.selector = selector;
        this.commonKey = commonKey;
        this.lanes = lanes;
        this.drain = drain;
        this.receiveBufferBytes = receiveBufferBytes;
        this.nanoClock = nanoClock;
        this.hasGivenUp = !lanes.areSupported();
    }

    /** Whether datagrams are received by {@link #receive}: a flood is on, or lanes are left of one. */
    boolean isOn() {
        return on;
    }

    /** How many sources have a lane. May be called by any thread. */
    int lanesOpen() {
        return lanesOpen;
    }

    /** Fills an emptied batch: strangers first, if it is their time, with half of its room at most; then lanes. */
    void receive(DatagramBatch batch, int datagramsMax) throws IOException {
        begunNanos = nanoClock.getAsLong();
        strangers = 0;
        if (!control.isLimited(begunNanos) || begunNanos - control.nextReadNanos() >= 0) {
            areAllRead = drain.drain(common, batch, datagramsMax / 2);
            strangers = batch.size();
            if (strangers == 0) {
                control.judged(0, areAllRead, 0, begunNanos);
            }
        }
        ready.clear();
        selector.selectNow(noteReady);
        for (int i = 0; i < ready.size(); i++) {
            drain.drain(ready.get(i), batch, datagramsMax);
        }
        limit(control.isLimited(begunNanos));
        if (!control.isFlooded() && ready.isEmpty()) {
            end();
        }
    }

    /** Until it is their time strangers wake nobody. */
    private void limit(boolean limited) throws IOException {
        if (limited != isShort) {
            isShort = limited;
            common.setOption(StandardSocketOptions.SO_RCVBUF,
                    limited ? Math.min(SHORT_BUFFER_BYTES, receiveBufferBytes) : receiveBufferBytes);
            commonKey.interestOps(limited ? 0 : SelectionKey.OP_READ);
        }
    }

    private void noteReady(SelectionKey key) {
        DatagramChannel lane = Lanes.heard(key, begunNanos);
        if (lane != null) {
            ready.add(lane);
        }
    }

    /**
     * Takes what became of the datagrams of a batch, if they were handed to a handler.
     *
     * @return whether a flood began
     */
    boolean judged(DatagramBatch batch) throws IOException {
        int first = on ? strangers : batch.handled();
        int refused = 0;
        for (int i = 0; i < first; i++) {
            if (!batch.isActedOn(i)) {
                refused++;
            }
        }
        if (on && first > 0) {
            long nowNanos = nanoClock.getAsLong();
            openLanes(batch, nowNanos);
            control.judged(refused, areAllRead, (nowNanos - begunNanos) * first / batch.size(), nowNanos);
        } else if (refused > 0 && !hasGivenUp) {
            control.judged(refused, true, 0, nanoClock.getAsLong());
            on = control.isFlooded();
            return on;
        }
        return false;
    }

    private void openLanes(DatagramBatch batch, long nowNanos) throws IOException {
        Set<InetSocketAddress> sources = new HashSet<>();
        for (int i = 0; i < strangers; i++) {
            if (batch.isActedOn(i) && batch.address(i) instanceof InetSocketAddress source) {
                sources.add(source);
            }
        }
        lanes.open(sources, nowNanos);
        lanesOpen = lanes.size();
    }

    /** Bounds a wait by when strangers are to be read. */
    long waitNanos(long nanosMax) {
        long nowNanos = nanoClock.getAsLong();
        return control.isLimited(nowNanos) ? Math.min(nanosMax, control.nextReadNanos() - nowNanos) : nanosMax;
    }

    /** Reads all as ever, now and in later floods: the system does not do what is needed. */
    void giveUp() throws IOException {
        hasGivenUp = true;
        end();
    }

    private void end() throws IOException {
        on = false;
        lanes.close();
        lanesOpen = 0;
        limit(false);
    }
}
