package io.synod.udp;

import io.synod.runtime.DatagramHandler;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that are received or sent together, one behind the other in one block of memory outside the heap. It is
 * filled, handed on and emptied again by one thread, so the memory is allocated once. Not thread-safe: whoever is handed
 * a batch uses it during the call alone.
 */
public final class DatagramBatch {

    /** One byte more than the largest payload, so that a datagram that was cut can be told from one that just fits. */
    static final int ROOM_BYTES = 65_508;

    private final ByteBuffer memory;
    private final ByteBuffer view;
    private final int[] ends;
    private final @Nullable SocketAddress[] addresses;
    private final boolean[] actedOn;
    private int size;
    private int handled;

    /**
     * @param datagramsMax how many datagrams it holds at most, 1 or more
     * @param bytesMax how many bytes, all datagrams together; at least one datagram of the largest size fits
     */
    public DatagramBatch(int datagramsMax, int bytesMax) {
        if (datagramsMax < 1 || bytesMax < ROOM_BYTES) {
            throw new IllegalArgumentException("a batch of " + datagramsMax + " datagrams and " + bytesMax
                    + " bytes; allowed are 1 or more datagrams and " + ROOM_BYTES + " or more bytes");
        }
        memory = ByteBuffer.allocateDirect(bytesMax);
        view = memory.duplicate();
        ends = new int[datagramsMax];
        addresses = new @Nullable SocketAddress[datagramsMax];
        actedOn = new boolean[datagramsMax];
    }

    /** How many datagrams it holds. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** How many bytes its datagrams have together. */
    public int bytes() {
        return memory.position();
    }

    /** Returns the source of a received datagram, or the destination of one to be sent. */
    public SocketAddress address(int index) {
        SocketAddress address = index < size ? addresses[index] : null;
        if (address == null) {
            throw new IndexOutOfBoundsException("datagram " + index + " of " + size);
        }
        return address;
    }

    /** Returns a datagram's payload: one view for all of them, valid until the next call. */
    public ByteBuffer payload(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException("datagram " + index + " of " + size);
        }
        return view.limit(ends[index]).position(index == 0 ? 0 : ends[index - 1]);
    }

    /** Hands each datagram to a handler, in order. */
    public void forEach(DatagramHandler handler) {
        for (int i = 0; i < size; i++) {
            actedOn[i] = handler.handle(payload(i), address(i));
        }
        handled = size;
    }

    /** How many datagrams were handed to a handler: all or none. */
    int handled() {
        return handled;
    }

    /** Whether the handler acted on a datagram that it was handed. */
    boolean isActedOn(int index) {
        return index < handled && actedOn[index];
    }

    /** Copies a datagram into the batch. Returns false, and takes nothing, when it does not fit any more. */
    public boolean add(ByteBuffer datagram, SocketAddress to) {
        if (size == ends.length || datagram.remaining() > memory.remaining()) {
            return false;
        }
        memory.put(datagram);
        append(to);
        return true;
    }

    /** Returns whether there is room for one more datagram of any size. */
    boolean hasRoom() {
        return size < ends.length && memory.remaining() >= ROOM_BYTES;
    }

    /**
     * Receives one datagram into the batch, which must have room.
     *
     * @return the datagram's length, or -1 when none is there; one longer than {@code bytesMax} is not kept
     */
    int receive(DatagramChannel channel, int bytesMax) throws IOException {
        int start = memory.position();
        SocketAddress source = channel.receive(memory);
        if (source == null) {
            return -1;
        }
        int length = memory.position() - start;
        if (length > bytesMax) {
            memory.position(start);
        } else {
            append(source);
        }
        return length;
    }

    private void append(SocketAddress address) {
        ends[size] = memory.position();
        addresses[size] = address;
        size++;
    }

    /** Forgets the datagrams. */
    public void clear() {
        memory.clear();
        size = 0;
        handled = 0;
    }
}
