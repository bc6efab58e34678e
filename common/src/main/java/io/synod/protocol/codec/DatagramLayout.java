package io.synod.protocol.codec;

import io.synod.protocol.seal.DatagramCipher;

/** Where the fields of a datagram stand. All integers are big-endian. */
final class DatagramLayout {

    /** "SYND". */
    static final int MAGIC = 0x53594E44;

    static final int VERSION = 1;

    /** No flag is set in a datagram that is not sealed. */
    static final int FLAGS_NONE = 0;

    /** Frames are encrypted, and the check is an authentication tag. */
    static final int FLAG_SEALED = 1;

    /** The key of a datagram that is not sealed. */
    static final int KEY_NONE = 0;

    static final int MAGIC_AT = 0;
    static final int VERSION_AT = 4;
    static final int FLAGS_AT = 5;
    static final int KEY_ID_AT = 6;
    static final int SENDER_TYPE_AT = 7;
    static final int CLUSTER_ID_AT = 8;
    static final int INCARNATION_AT = 16;
    static final int SEQUENCE_AT = 24;
    static final int SENDER_ID_AT = 32;
    static final int HEADER_BYTES = 36;

    /** The CRC-32C over all before it; a sealed datagram has its authentication tag there. */
    static final int CHECK_BYTES = 4;

    /** Room is left for the longer of the two checks, so that what fits into a datagram does not depend on the keys. */
    static final int CHECK_BYTES_MAX = DatagramCipher.TAG_BYTES;

    /** A frame's type (1 byte) and the length of its body (2 bytes). */
    static final int FRAME_BYTES = 3;

    /** Hash (8 bytes), length of the message (4), length of a chunk (2), index of the chunk (4). */
    static final int FRAGMENT_HEADER_BYTES = 18;

    /** Bounds how many chunks a message may have, whatever its sender says. */
    static final int CHUNK_BYTES_MIN = 256;

    private DatagramLayout() {}

    /** How many bytes of frames fit into a datagram. */
    static int roomOf(int datagramBytesMax) {
        return datagramBytesMax - HEADER_BYTES - CHECK_BYTES_MAX;
    }

    /** How many bytes of a message a fragment carries in a datagram of this size. */
    static int chunkOf(int datagramBytesMax) {
        return roomOf(datagramBytesMax) - FRAME_BYTES - FRAGMENT_HEADER_BYTES;
    }

    static int chunkCount(int messageBytes, int chunkBytes) {
        return (messageBytes + chunkBytes - 1) / chunkBytes;
    }
}
