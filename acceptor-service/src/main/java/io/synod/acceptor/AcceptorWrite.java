package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.role.Write;

/**
 * What an acceptor must remember, in the order in which it is to become durable. {@link AcceptorReplay} says what a run
 * of writes amounts to.
 */
public sealed interface AcceptorWrite extends Write {

    /**
     * A prepare was promised.
     *
     * @param ballot the ballot, above every one promised or accepted at before
     */
    record Promised(Ballot ballot) implements AcceptorWrite {}

    /**
     * A value was accepted; it replaces what was accepted in the instance before. It also promises its ballot.
     *
     * @param instance the instance, above the trim point
     * @param ballot the ballot, at or above the one promised
     * @param value the batch
     */
    record ValueAccepted(long instance, Ballot ballot, Bytes value) implements AcceptorWrite {}

    /**
     * The storage id of another acceptor, when it was first heard. It is never replaced.
     *
     * @param acceptorId the other acceptor
     * @param storageId its storage id
     */
    record StorageNoted(int acceptorId, StorageId storageId) implements AcceptorWrite {}

    /**
     * The log is formed: from here on the acceptor votes.
     *
     * @param logId the log
     */
    record LogFormed(LogId logId) implements AcceptorWrite {}

    /**
     * What was accepted at or below an instance is dropped.
     *
     * @param trimPoint the instance, above the trim point before
     */
    record TrimAdvanced(long trimPoint) implements AcceptorWrite {}
}
