package io.synod.protocol.entry;

/** The bytes of entries: each is a kind, the length of what follows, and its body. All integers are big-endian. */
final class EntryLayout {

    static final int KIND_GENESIS = 1;
    static final int KIND_OPEN = 2;
    static final int KIND_RENEW = 3;
    static final int KIND_CLOSE = 4;
    static final int KIND_VALUES = 5;
    static final int KIND_KEYED_VALUE = 6;

    /** Kind (1 byte) and length of the body (4 bytes). */
    static final int HEADER_BYTES = 5;

    static final int GENESIS_BODY_BYTES = 4 + 4 + 8 + 4;
    static final int OPEN_BODY_BYTES = 8 + 8 + 4;
    static final int SESSION_BODY_BYTES = 8 + 4;

    /** Session, first number and count, before the values themselves. */
    static final int VALUES_PREFIX_BYTES = SESSION_BODY_BYTES + 8 + 4;

    /** Session, number and the key's length, before the key and the value. */
    static final int KEYED_PREFIX_BYTES = SESSION_BODY_BYTES + 8 + 1;

    /** The length that stands before each value. */
    static final int VALUE_LENGTH_BYTES = 4;

    private EntryLayout() {}
}
