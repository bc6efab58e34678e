package io.synod.protocol.message;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;

/**
 * An acceptor's beacon, each heartbeat interval, to all proposers, configured learners and registered clients.
 *
 * @param storageId the acceptor's storage id
 * @param logId the log it belongs to, or {@link LogId#UNKNOWN}
 * @param status whether it votes
 * @param promised the ballot it has promised
 * @param leader the ballot of the leader it heard last, or {@link Ballot#NONE}
 * @param leaderSilentMicros for how long it has not heard that leader, in microseconds; {@link Long#MAX_VALUE} if never
 * @param trimPoint its trim point
 * @param watermark the highest watermark it heard
 * @param storedInstances how many accepted instances it holds
 * @param nearlyFull whether more than three quarters of its room is taken, or nearly all of its disk, so that something should be
 *     trimmed
 */
public record AcceptorState(
        StorageId storageId,
        LogId logId,
        Status status,
        Ballot promised,
        Ballot leader,
        long leaderSilentMicros,
        long trimPoint,
        long watermark,
        long storedInstances,
        boolean nearlyFull)
        implements Message {

    /** Whether an acceptor takes part in votes. */
    public enum Status {
        /** It waits until every acceptor has noted its storage id. */
        FORMING,
        /** It votes. */
        VOTING,
        /** It lost what it knew, was told to rejoin, and takes in what the leader proposes anew; it promises nothing yet. */
        REJOINING,
        /** It stays out: it lost what it knew (rule S10), belongs to another log than others do, or its store has failed. */
        OUT
    }
}
