package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptorState;
import java.util.List;

/**
 * An acceptor's state at one moment. Immutable.
 *
 * @param id the acceptor's id
 * @param status whether it votes
 * @param reason whom forming or rejoining waits for, the log that it votes in, or why it stays out
 * @param storageId its storage id
 * @param noted the storage ids it knows, by acceptor id
 * @param logId the log it belongs to, or {@link LogId#UNKNOWN}
 * @param promised the ballot it has promised
 * @param leader the ballot of the leader it heard last, or {@link Ballot#NONE}
 * @param leaderSilentMicros for how long it has not heard that leader; {@link Long#MAX_VALUE} if never
 * @param watermark the highest watermark it heard
 * @param trimPoint its trim point
 * @param trimAsked the highest instance that a learner has asked to trim
 * @param trimExcluded the ids of learners that it does not wait for when it trims, by rising id
 * @param held what each configured learner holds, by id, as far as it was told
 * @param highestInstance the highest instance it accepted in
 * @param storedInstances how many instances it stores
 * @param storedBytes how many bytes they take
 * @param diskNearlyFull whether it refuses new instances since its disk is nearly full
 * @param rejoin how its way back stands, if it lost what it knew
 * @param registered who is registered, and whether for values or votes
 * @param counters what it has counted
 */
public record AcceptorView(
        int id,
        AcceptorState.Status status,
        String reason,
        StorageId storageId,
        List<StorageId> noted,
        LogId logId,
        Ballot promised,
        Ballot leader,
        long leaderSilentMicros,
        long watermark,
        long trimPoint,
        long trimAsked,
        List<Integer> trimExcluded,
        List<Long> held,
        long highestInstance,
        int storedInstances,
        long storedBytes,
        boolean diskNearlyFull,
        RejoinView rejoin,
        List<Registered> registered,
        AcceptorCounters counters) {

    /**
     * A registered learner or client.
     *
     * @param node its node
     * @param values whether it is sent values, or votes alone
     */
    public record Registered(String node, boolean values) {}

    public AcceptorView {
        noted = List.copyOf(noted);
        trimExcluded = List.copyOf(trimExcluded);
        held = List.copyOf(held);
        registered = List.copyOf(registered);
    }
}
