package io.synod.client.cli.cluster;

/** Something to do when this process is told to end before it has closed this. */
final class OnSignal implements AutoCloseable {

    private final Thread hook;

    OnSignal(Runnable action) {
        hook = new Thread(action, "on signal");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The signal has come and the action runs already.
        }
    }
}
