package io.synod.client.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends what is under way in good order when this process is told to end, and lets it finish before the process is gone. */
final class EndOnSignal implements AutoCloseable {

    private static final long GOODBYE_SECONDS_MAX = 15;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    /** @param end asks for the end, from any thread; {@link #close} is called once it has come */
    EndOnSignal(Runnable end) {
        hook = new Thread(() -> {
            end.run();
            awaitGoodbye();
        }, "on signal");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void awaitGoodbye() {
        try {
            done.await(GOODBYE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The signal came: the hook is running, and ends by itself.
        }
    }
}
