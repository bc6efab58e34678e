package io.synod.storage;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Looks now and then at what is left on the store's disk, and tells a role when that becomes too little and when it is
 * enough again: a commit that finds no room would be the last, so it must not come to that.
 */
public final class DiskWatch implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);
    private static final long INTERVAL_MILLIS = 500;

    private final String property;
    private final String consequence;
    private final LongSupplier freeBytes;
    private final long freeBytesMin;
    private final Predicate<Boolean> tell;
    private volatile @Nullable ScheduledExecutorService timer;
    private boolean nearlyFull;

    /**
     * @param property says how much must be left
     * @param consequence what the role does about it, for the log
     * @param freeBytes what is left; {@link Long#MAX_VALUE} where nothing is written
     * @param freeBytesMin with less left the disk is nearly full; with an eighth more it is no longer
     * @param tell is given whether it is nearly full, on the timer's thread; returns whether that was heard
     */
    public DiskWatch(String property, String consequence, LongSupplier freeBytes, long freeBytesMin,
            Predicate<Boolean> tell) {
        this.property = property;
        this.consequence = consequence;
        this.freeBytes = freeBytes;
        this.freeBytesMin = freeBytesMin;
        this.tell = tell;
    }

    /** Looks once. What the role did not hear is told again by the next look. */
    void look() {
        long free = freeBytes.getAsLong();
        boolean now = free < (nearlyFull ? freeBytesMin + freeBytesMin / 8 : freeBytesMin);
        if (now == nearlyFull || !tell.test(now)) {
            return;
        }
        nearlyFull = now;
        if (now) {
            log.warn("The disk is nearly full: {} bytes are left, {} are needed ({}); until there is more, {}",
                    free, freeBytesMin, property, consequence);
        } else {
            log.info("There is room on the disk again: {} bytes", free);
        }
    }

    /** Not where nothing is written. */
    @Override
    public boolean isAutoStartup() {
        return freeBytes.getAsLong() != Long.MAX_VALUE;
    }

    @Override
    public void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("paxos-disk-watch").daemon().factory());
        timer = started;
        var _ = started.scheduleWithFixedDelay(this::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        ScheduledExecutorService running = timer;
        timer = null;
        if (running != null) {
            running.shutdownNow();
        }
    }

    @Override
    public boolean isRunning() {
        return timer != null;
    }
}
