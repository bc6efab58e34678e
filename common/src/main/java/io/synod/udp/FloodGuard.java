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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Keeps a flood of refused datagrams away from those that are acted on: while one is on, the sources of these have {@link
 * Lanes}, and what comes to the common socket, from strangers, is read as {@link FloodControl} allows. All but {@link
 * #lanesOpen} belongs to one thread.
 */
final class FloodGuard {

    /** How long it goes on as ever after the system did not do what is needed. */
    private static final long GIVEN_UP_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** So little waits at the common socket in a flood: what is old by the time it is read is of no use. */
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
    private final List<SelectionKey> ready = new ArrayList<>();
    private final Consumer<SelectionKey> noteReady = this::noteReady;

    private final int receiveBufferBytes;

    private boolean on;
    private boolean areLanesFirst;
    private boolean areDropsCounted;
    private int turn;
    private long idleUntilNanos;
    private long begunNanos;
    private int strangersFrom;
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
        this.idleUntilNanos = nanoClock.getAsLong();
    }

    /** Whether datagrams are received by {@link #receive}: a flood is on, or lanes are left of one. */
    boolean isOn() {
        return on;
    }

    /** How many sources have a lane. May be called by any thread. */
    int lanesOpen() {
        return lanesOpen;
    }

    /**
     * Fills an emptied batch: from lanes, and by strangers, with half of its room at most, if it is their time. Neither is always
     * the first.
     */
    void receive(DatagramBatch batch, int datagramsMax) throws IOException {
        begunNanos = nanoClock.getAsLong();
        boolean limited = control.isLimited(begunNanos);
        boolean theirTime = !limited || begunNanos - control.nextReadNanos() >= 0;
        listen(limited);
        strangers = 0;
        areLanesFirst = !areLanesFirst;
        if (areLanesFirst) {
            receiveFromLanes(batch, datagramsMax);
        }
        if (theirTime) {
            receiveFromStrangers(batch, datagramsMax);
        }
        if (!areLanesFirst) {
            receiveFromLanes(batch, datagramsMax);
        }
        if (!control.isFlooded() && ready.isEmpty()) {
            endOnceCounted();
        }
    }

    private void receiveFromStrangers(DatagramBatch batch, int datagramsMax) throws ClosedChannelException {
        strangersFrom = batch.size();
        areAllRead = drain.drain(common, batch, Math.min(datagramsMax, batch.size() + Math.max(1, datagramsMax / 2)));
        strangers = batch.size() - strangersFrom;
        if (strangers == 0 && areAllRead) {
            control.judged(0, 0, true, 0, begunNanos);
        }
    }

    private void receiveFromLanes(DatagramBatch batch, int datagramsMax) throws IOException {
        ready.clear();
        selector.selectNow(noteReady);
        // One that always has more than fits must not keep the others from their turn.
        turn++;
        for (int i = 0; i < ready.size(); i++) {
            lanes.drain(ready.get(Math.floorMod(turn + i, ready.size())), drain, batch, datagramsMax, begunNanos);
        }
    }

    private void noteReady(SelectionKey key) {
        if (key.attachment() != null) {
            ready.add(key);
        }
    }

    /** Until it is their time strangers wake nobody. */
    private void listen(boolean limited) {
        commonKey.interestOps(limited ? 0 : SelectionKey.OP_READ);
    }

    /** One round later, so that nothing comes in between what is read last and the end. */
    private void endOnceCounted() throws IOException {
        if (areDropsCounted) {
            end();
        } else {
            lanes.countDrops();
            areDropsCounted = true;
        }
    }

    /**
     * Takes what became of the datagrams of a batch, if they were handed to a handler.
     *
     * @return whether a flood began
     */
    boolean judged(DatagramBatch batch) throws IOException {
        int from = on ? strangersFrom : 0;
        int read = on ? strangers : batch.handled();
        int refused = 0;
        for (int i = from; i < from + read; i++) {
            if (!batch.isActedOn(i)) {
                refused++;
            }
        }
        boolean wasFlooded = control.isFlooded();
        if (on && read > 0) {
            long nowNanos = nanoClock.getAsLong();
            openLanes(batch, nowNanos);
            control.judged(read, refused, areAllRead, (nowNanos - begunNanos) * read / batch.size(), nowNanos);
        } else if (refused > 0 && lanes.areSupported()) {
            long nowNanos = nanoClock.getAsLong();
            if (nowNanos - idleUntilNanos >= 0) {
                control.judged(read, refused, true, 0, nowNanos);
            }
        }
        if (control.isFlooded() && !wasFlooded) {
            begin();
            return true;
        }
        return false;
    }

    private void begin() throws IOException {
        on = true;
        areDropsCounted = false;
        setBuffer(SHORT_BUFFER_BYTES);
    }

    private void openLanes(DatagramBatch batch, long nowNanos) throws IOException {
        Set<InetSocketAddress> sources = new HashSet<>();
        for (int i = strangersFrom; i < strangersFrom + strangers; i++) {
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

    /** Reads all as ever for a while: the system does not do what is needed. */
    void giveUp() throws IOException {
        idleUntilNanos = nanoClock.getAsLong() + GIVEN_UP_NANOS;
        control.end();
        end();
    }

    private void end() throws IOException {
        on = false;
        listen(false);
        lanes.close();
        lanesOpen = 0;
        setBuffer(receiveBufferBytes);
    }

    private void setBuffer(int bytes) throws IOException {
        common.setOption(StandardSocketOptions.SO_RCVBUF, Math.min(bytes, receiveBufferBytes));
    }
}
