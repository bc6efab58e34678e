package io.synod.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One bound, non-blocking UDP socket. It receives what is there into a batch, sends a batch, and waits for the next
 * datagram. An error of the network is counted and goes by: the datagram is lost, as any may be.
 *
 * <p>Where whoever judges datagrams {@link #judged tells} of a flood of refused ones, each source of others gets a socket of its
 * own at the same port until it is over, and what strangers send is read for a fiftieth of the time: a flood then takes
 * neither the room nor much of the time of what is acted on.
 *
 * <p>Receiving, judging, sending and waiting belong to one thread; {@link #open}, {@link #close}, {@link #wakeup} and the
 * readings to any.
 */
public final class UdpEndpoint implements AutoCloseable {

    private static final Consumer<SelectionKey> NO_ACTION = _ -> {};

    /** What an open endpoint holds. */
    private record Socket(DatagramChannel channel, Selector selector, SelectionKey key, InetSocketAddress local,
            int receiveBufferBytes, int sendBufferBytes, FloodGuard guard) {}

    private final UdpSettings settings;
    private final LongSupplier nanoClock;
    private final UdpCounters counters = new UdpCounters();
    private volatile @Nullable Socket socket;
    private final AtomicLong drops = new AtomicLong();
    private volatile @Nullable String lastError;

    public UdpEndpoint(UdpSettings settings) {
        this(settings, System::nanoTime);
    }

    /** @param nanoClock tells how long floods last */
    UdpEndpoint(UdpSettings settings, LongSupplier nanoClock) {
        this.settings = settings;
        this.nanoClock = nanoClock;
    }

    public UdpSettings settings() {
        return settings;
    }

    public UdpCounters counters() {
        return counters;
    }

    /**
     * Binds the socket; no effect when it is open.
     *
     * @throws BindException if the address is taken or not of this host
     */
    public synchronized void open() throws IOException {
        if (socket != null) {
            return;
        }
        InetSocketAddress bind = settings.bind();
        StandardProtocolFamily family = bind.getAddress() instanceof Inet4Address ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
        DatagramChannel channel = DatagramChannel.open(family);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, settings.receiveBufferBytes());
            channel.setOption(StandardSocketOptions.SO_SNDBUF, settings.sendBufferBytes());
            channel.bind(bind);
            Selector selector = Selector.open();
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
            Lanes lanes =
                    new Lanes(channel, selector, family, local, settings.receiveBufferBytes(), counters.laneDrops);
            socket = new Socket(channel, selector, key, local, channel.getOption(StandardSocketOptions.SO_RCVBUF),
                    channel.getOption(StandardSocketOptions.SO_SNDBUF),
                    new FloodGuard(channel, selector, key, lanes, this::drain, settings.receiveBufferBytes(),
                            nanoClock));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public boolean isOpen() {
        return socket != null;
    }

    /** Returns the address that the socket is bound to. */
    public InetSocketAddress localAddress() {
        return require().local;
    }

    /** Returns how many bytes of waiting datagrams the system grants, by its own count; 0 when not open. */
    public int receiveBufferBytesGranted() {
        Socket s = socket;
        return s == null ? 0 : s.receiveBufferBytes;
    }

    /** Returns how many bytes on their way out the system grants, by its own count; 0 when not open. */
    public int sendBufferBytesGranted() {
        Socket s = socket;
        return s == null ? 0 : s.sendBufferBytes;
    }

    /** Returns the newest error of the network, for people to read. */
    public @Nullable String lastError() {
        return lastError;
    }

    /** Returns how many datagrams the system dropped because the receive buffer was full, where it tells. */
    public OptionalLong kernelDrops() {
        Socket s = socket;
        OptionalLong open = s == null ? OptionalLong.empty() : KernelDrops.read(s.local, null);
        if (open.isEmpty()) {
            return open;
        }
        // What a lane counted is counted here a moment before or after it is closed: a counter must not fall.
        return OptionalLong.of(drops.accumulateAndGet(open.getAsLong() + counters.laneDrops.sum(), Math::max));
    }

    /** Returns how many sources have a socket of their own; 0 while there is no flood. */
    public int lanes() {
        Socket s = socket;
        return s == null ? 0 : s.guard.lanesOpen();
    }

    /**
     * Fills an emptied batch with what has arrived, without waiting.
     *
     * @return how many datagrams there are now in the batch
     */
    public int receive(DatagramBatch batch) throws ClosedChannelException {
        Socket s = require();
        batch.clear();
        try {
            if (s.guard.isOn()) {
                s.guard.receive(batch, settings.batchDatagramsMax());
            } else {
                drain(s.channel, batch, settings.batchDatagramsMax());
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            countReceiveError(e);
        }
        if (!batch.isEmpty()) {
            counters.received.add(batch.size());
            counters.receivedBytes.add(batch.bytes());
            counters.receivedBatches.increment();
        }
        return batch.size();
    }

    private boolean drain(DatagramChannel channel, DatagramBatch batch, int datagramsMax)
            throws ClosedChannelException {
        while (batch.size() < datagramsMax && batch.hasRoom()) {
            try {
                int length = batch.receive(channel, settings.datagramBytesMax());
                if (length < 0) {
                    return true;
                }
                if (length > settings.datagramBytesMax()) {
                    counters.oversize.increment();
                }
            } catch (ClosedChannelException e) {
                throw e;
            } catch (PortUnreachableException e) {
                // Says that a peer is gone, to the socket connected to it; others are not told so.
                return true;
            } catch (IOException e) {
                countReceiveError(e);
                return true;
            }
        }
        return false;
    }

    private void countReceiveError(IOException e) {
        counters.receiveErrors.increment();
        lastError = "receive: " + e.getMessage();
    }

    /** Takes what became of the datagrams of a batch that was received, once it was handed on. */
    public void judged(DatagramBatch batch) throws IOException {
        FloodGuard guard = require().guard;
        try {
            if (guard.judged(batch)) {
                counters.floods.increment();
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            lastError = "a socket for one source: " + e.getMessage();
            guard.giveUp();
        }
    }

    /**
     * Sends all datagrams of a batch. When the send buffer is full it is waited for briefly; what still does not fit
     * is dropped and counted.
     */
    public void send(DatagramBatch batch) {
        Socket s = require();
        long bytes = 0;
        int sent = 0;
        int n = batch.size();
        for (int i = 0; i < n; i++) {
            ByteBuffer payload = batch.payload(i);
            int length = payload.remaining();
            try {
                if (s.channel.send(payload, batch.address(i)) < length && !sendWhenWritable(s, batch, i)) {
                    counters.sendDropped.add(n - i);
                    break;
                }
                sent++;
                bytes += length;
            } catch (ClosedChannelException e) {
                throw new UncheckedIOException("the UDP endpoint for " + settings.bind() + " was closed", e);
            } catch (IOException e) {
                counters.sendErrors.increment();
                lastError = "send to " + batch.address(i) + ": " + e.getMessage();
            }
        }
        counters.sent.add(sent);
        counters.sentBytes.add(bytes);
        counters.sentBatches.increment();
    }

    private boolean sendWhenWritable(Socket s, DatagramBatch batch, int index) throws IOException {
        long start = System.nanoTime();
        int interest = s.key.interestOps();
        s.key.interestOps(SelectionKey.OP_WRITE);
        try {
            do {
                s.selector.select(NO_ACTION, 1);
                ByteBuffer payload = batch.payload(index);
                int length = payload.remaining();
                if (s.channel.send(payload, batch.address(index)) == length) {
                    return true;
                }
            } while (System.nanoTime() - start < settings.sendWaitNanosMax());
            return false;
        } finally {
            s.key.interestOps(interest);
            // The wait may have swallowed a wake-up that was meant for the next one.
            s.selector.wakeup();
        }
    }

    /** Waits until a datagram is there, {@link #wakeup} is called, or the time has passed, to the next millisecond. */
    public void await(long nanosMax) throws IOException {
        Socket s = require();
        Selector selector = s.selector;
        long nanos = s.guard.isOn() ? s.guard.waitNanos(nanosMax) : nanosMax;
        if (nanos <= 0) {
            selector.selectNow(NO_ACTION);
        } else {
            // The selector counts milliseconds; rounded up, so that a deadline is passed and not spun towards.
            long millis = Math.min(nanos / 1_000_000 + 1, TimeUnit.HOURS.toMillis(1));
            selector.select(NO_ACTION, millis);
        }
        // A selector does not wait while its thread is interrupted: an interrupt counts as one wake-up.
        if (Thread.interrupted()) {
            selector.selectNow(NO_ACTION);
        }
    }

    /** Ends a wait, or the next one when none is on; no effect when not open. */
    public void wakeup() {
        Socket s = socket;
        if (s != null) {
            s.selector.wakeup();
        }
    }

    private Socket require() {
        Socket s = socket;
        if (s == null) {
            throw new IllegalStateException("the UDP endpoint for " + settings.bind() + " is not open");
        }
        return s;
    }

    @Override
    public synchronized void close() {
        Socket s = socket;
        if (s == null) {
            return;
        }
        socket = null;
        try {
            for (SelectionKey key : s.selector.keys()) {
                key.channel().close();
            }
            s.selector.close();
        } catch (IOException e) {
            lastError = "close: " + e.getMessage();
        }
    }
}
