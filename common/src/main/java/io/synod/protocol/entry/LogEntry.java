package io.synod.protocol.entry;

import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;

/** One entry of a batch. {@code docs/wire-format.md} draws the bytes. */
public sealed interface LogEntry {

    /** The first entry of instance 1: the bounds that hold for the whole log. */
    record Genesis(SessionLimits limits) implements LogEntry {}

    /**
     * Opens a session, whose id is the place of this entry. An entry with a nonce seen before in a session that is still
     * alive opens nothing: it answers that session.
     *
     * @param nonceHigh the high half of the nonce
     * @param nonceLow the low half of the nonce
     * @param window how many values the session may have outstanding; held to the genesis entry's bound
     */
    record OpenSession(long nonceHigh, long nonceLow, int window) implements LogEntry {}

    /** Keeps an idle session alive. */
    record RenewSession(SessionId session) implements LogEntry {}

    /** Ends a session: its id is refused from here on. */
    record CloseSession(SessionId session) implements LogEntry {}

    /**
     * Values of one session, numbered without a gap.
     *
     * @param session the session
     * @param firstNumber the number of the first value, from 1
     * @param count how many values there are, 1 or more
     * @param body the values, each as a 32-bit length and its bytes
     */
    record Values(SessionId session, long firstNumber, int count, Bytes body) implements LogEntry {

        /** The number after the last value's. */
        public long endNumber() {
            return firstNumber + count;
        }
    }

    /**
     * One value of a session that has an idempotency key: where the key is remembered, the value is not delivered.
     *
     * @param key the key, 1 to {@link io.synod.protocol.ProtocolLimits#KEY_BYTES_MAX} bytes
     * @param value the value: a block of one, whose length fits
     */
    record KeyedValue(Bytes key, Values value) implements LogEntry {}
}
