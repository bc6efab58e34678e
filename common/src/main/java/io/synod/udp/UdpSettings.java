package io.synod.udp;

import io.synod.protocol.ProtocolLimits;
import java.net.InetSocketAddress;

/**
 * How an {@link UdpEndpoint} is bound and how much it takes at a time.
 *
 * @param bind the local address; port 0 for one that the system chooses
 * @param receiveBufferBytes what is asked of the system for waiting datagrams; it may grant less
 * @param sendBufferBytes what is asked of the system for datagrams on their way out; it may grant less
 * @param datagramBytesMax longer datagrams are dropped and counted, in bytes
 * @param batchDatagramsMax how many datagrams are received or sent together at most
 * @param batchBytesMax how many bytes are received or sent together at most
 * @param sendWaitNanosMax how long a full send buffer is waited for before what is left of a batch is dropped
 */
public record UdpSettings(InetSocketAddress bind, int receiveBufferBytes, int sendBufferBytes, int datagramBytesMax,
        int batchDatagramsMax, int batchBytesMax, long sendWaitNanosMax) {

    public static final int RECEIVE_BUFFER_BYTES = 8 << 20;
    public static final int SEND_BUFFER_BYTES = 4 << 20;
    public static final int BATCH_DATAGRAMS_MAX = 256;
    public static final int BATCH_BYTES_MAX = 1 << 20;
    public static final long SEND_WAIT_NANOS_MAX = 2_000_000;

    /** Settings with the usual bounds. */
    public static UdpSettings of(InetSocketAddress bind) {
        return new UdpSettings(bind, RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES, ProtocolLimits.DATAGRAM_BYTES_MAX,
                BATCH_DATAGRAMS_MAX, BATCH_BYTES_MAX, SEND_WAIT_NANOS_MAX);
    }

    public UdpSettings withReceiveBufferBytes(int bytes) {
        return new UdpSettings(bind, bytes, sendBufferBytes, datagramBytesMax, batchDatagramsMax, batchBytesMax,
                sendWaitNanosMax);
    }

    public UdpSettings withSendBufferBytes(int bytes) {
        return new UdpSettings(bind, receiveBufferBytes, bytes, datagramBytesMax, batchDatagramsMax, batchBytesMax,
                sendWaitNanosMax);
    }

    public UdpSettings withDatagramBytesMax(int bytes) {
        return new UdpSettings(bind, receiveBufferBytes, sendBufferBytes, bytes, batchDatagramsMax, batchBytesMax,
                sendWaitNanosMax);
    }

    public UdpSettings withBatchDatagramsMax(int datagrams) {
        return new UdpSettings(bind, receiveBufferBytes, sendBufferBytes, datagramBytesMax, datagrams, batchBytesMax,
                sendWaitNanosMax);
    }

    /** A new, empty batch of the size that these settings allow. */
    public DatagramBatch newBatch() {
        return new DatagramBatch(batchDatagramsMax, batchBytesMax);
    }
}
