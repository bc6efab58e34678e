package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.role.Write;
import java.util.List;

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
     * The storage id of another acceptor, when it was first heard. A {@link PeerRenewed} alone replaces it.
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

    /**
     * Another acceptor lives in a store of a later generation: what its former lives promised counts no more.
     *
     * @param acceptorId the other acceptor
     * @param storageId its storage id, of a higher generation than the one known before
     */
    record PeerRenewed(int acceptorId, StorageId storageId) implements AcceptorWrite {}

    /**
     * The store takes a storage id of a later generation. One that has formed no log begins to rejoin by it.
     *
     * @param storageId the id, of a higher generation than the one before
     */
    record Renewed(StorageId storageId) implements AcceptorWrite {}

    /**
     * So many others have answered that the acceptor may accept above a ballot. It also promises that ballot.
     *
     * @param above the highest ballot that they have promised
     * @param logId their log
     * @param noted the storage ids that they know, by acceptor id, the own one among them; they replace those known before
     */
    record Admitted(Ballot above, LogId logId, List<StorageId> noted) implements AcceptorWrite {

        public Admitted {
            noted = List.copyOf(noted);
        }
    }

    /**
     * While it rejoins, the acceptor is told that everything at or below an instance is trimmed.
     *
     * @param trimPoint the instance, above the trim point before
     */
    record TrimAdopted(long trimPoint) implements AcceptorWrite {}

    /**
     * The acceptor has accepted all that it must: from here on it votes.
     *
     * @param logId the log, that of {@link Admitted}
     */
    record Rejoined(LogId logId) implements AcceptorWrite {}
}
