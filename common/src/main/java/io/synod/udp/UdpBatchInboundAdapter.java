package io.synod.udp;

import io.synod.runtime.EventLoop;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.ip.udp.inbound.AbstractInternetProtocolReceivingChannelAdapter;

/**
 * Inbound channel adapter that sends one message for each drained batch of datagrams, its payload a
 * {@link DatagramBatch}, on one thread and in the order of arrival. Starting it binds the socket and starts the thread;
 * stopping it gives both back. {@link #isListening} is true exactly while the thread runs.
 *
 * <p>With an {@link EventLoop} the thread is the loop's: the loop asks for batches by {@link #drain} when it comes round,
 * and stopping the adapter stops the loop in good order. Without one, the adapter drains and waits by itself, and an
 * exception from downstream is logged and goes by.
 */
public class UdpBatchInboundAdapter extends AbstractInternetProtocolReceivingChannelAdapter {

    private static final long STOP_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
    private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private final UdpEndpoint endpoint;
    private final DatagramBatch batch;
    private @Nullable EventLoop loop;
    private volatile @Nullable Thread thread;

    public UdpBatchInboundAdapter(UdpEndpoint endpoint) {
        super(endpoint.settings().bind().getPort());
        this.endpoint = endpoint;
        this.batch = endpoint.settings().newBatch();
        setTaskExecutor(this::runOnOwnThread);
    }

    /** Says whose thread it is; before the start. */
    public void setEventLoop(EventLoop newLoop) {
        this.loop = newLoop;
    }

    /** Returns the bound port, and before the start the one to bind. */
    @Override
    public int getPort() {
        return endpoint.isOpen() ? endpoint.localAddress().getPort() : super.getPort();
    }

    @Override
    public String getComponentType() {
        return "udp:batch-inbound-channel-adapter";
    }

    /** Not here: the socket is shared with the outbound handler, and {@link UdpSettings} says how large its buffers are. */
    @Override
    public void setSoSendBufferSize(int size) {
        throw new UnsupportedOperationException("buffer sizes stand in the settings of the UDP endpoint");
    }

    private void runOnOwnThread(Runnable task) {
        Thread newThread = new Thread(task, "paxos-loop");
        newThread.setDaemon(true);
        thread = newThread;
        newThread.start();
    }

    @Override
    protected void doStart() {
        if (loop != null && loop.state() != EventLoop.State.NEW) {
            throw new IllegalStateException(
                    "the node was " + loop.state() + " and does not start again: start the process anew");
        }
        try {
            endpoint.open();
        } catch (IOException e) {
            throw new UdpBindException(endpoint.settings().bind(), e);
        }
        setListening(true);
        super.doStart();
    }

    @Override
    public void run() {
        try {
            if (loop == null) {
                drainUntilStopped();
            } else {
                loop.run();
                logFailure(loop);
            }
        } catch (IOException e) {
            logger.error(e, () -> "The adapter for UDP " + endpoint.settings().bind() + " has ended");
        } finally {
            setListening(false);
        }
    }

    private void logFailure(EventLoop ended) {
        Throwable failure = ended.failure();
        if (failure != null) {
            logger.error(failure, () -> "The loop at UDP " + endpoint.settings().bind()
                    + " has failed: the node takes part no more until the process is started anew");
        }
    }

    private void drainUntilStopped() throws IOException {
        while (isActive() && endpoint.isOpen()) {
            try {
                if (drain() == 0) {
                    endpoint.await(WAIT_NANOS_MAX);
                }
            } catch (RuntimeException e) {
                if (isActive()) {
                    logger.error(e, () -> "A batch of datagrams could not be handled");
                }
            }
        }
    }

    /**
     * Receives what is there and sends it on as one message, if it is anything. Called by the adapter's thread.
     *
     * @return how many datagrams there were
     */
    public int drain() throws IOException {
        int received = endpoint.receive(batch);
        if (received > 0) {
            sendMessage(BatchMessages.of(batch));
            endpoint.judged(batch);
        }
        return received;
    }

    @Override
    protected void doStop() {
        super.doStop();
        Thread running = thread;
        if (loop == null) {
            endpoint.wakeup();
        } else {
            loop.stop();
        }
        try {
            if (running != null && !running.join(java.time.Duration.ofNanos(STOP_NANOS_MAX))) {
                logger.warn(() -> "The loop did not stop within "
                        + TimeUnit.NANOSECONDS.toSeconds(STOP_NANOS_MAX) + " s; the socket is closed under it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        endpoint.close();
        thread = null;
    }
}
