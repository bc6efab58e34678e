package io.synod.storage;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Hands the time of each commit to a timer, once there is one: the store exists before the meters do. */
public final class CommitTimes implements LongConsumer {

    private volatile @Nullable Timer timer;

    /** From now on every commit is recorded there. */
    public void recordTo(Timer newTimer) {
        timer = newTimer;
    }

    @Override
    public void accept(long commitNanos) {
        Timer current = timer;
        if (current != null) {
            current.record(commitNanos, TimeUnit.NANOSECONDS);
        }
    }
}
