package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptorState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a proposer's state was at a moment.
 *
 * @param id the proposer's id
 * @param state its state
 * @param ballot the ballot of its candidacy or leadership; the last one otherwise
 * @param leaderId the id of the proposer that leads as far as it knows, or -1
 * @param logId the log that a phase-1 quorum of acceptors named last, or unknown until one did
 * @param watermark the highest instance up to which it knows all to be decided
 * @param nextInstance the next instance it proposes in, when it leads
 * @param recovering whether it leads and still proposes anew what phase 1 reported
 * @param storageFull whether so many acceptors have no room that nothing new can be decided
 * @param inFlightInstances undecided instances
 * @param inFlightBytes bytes in them
 * @param windowBytes how many bytes may be in flight at present
 * @param stragglers decided instances kept because an acceptor has not accepted them
 * @param queuedEntries entries that wait to be proposed
 * @param queuedValues values in those entries
 * @param queuedBytes bytes of those entries
 * @param counters what was counted since the process started
 * @param acceptors what is known of the acceptors, by id
 */
public record ProposerView(
        int id,
        Proposer.State state,
        Ballot ballot,
        int leaderId,
        LogId logId,
        long watermark,
        long nextInstance,
        boolean recovering,
        boolean storageFull,
        int inFlightInstances,
        long inFlightBytes,
        long windowBytes,
        int stragglers,
        int queuedEntries,
        long queuedValues,
        long queuedBytes,
        Counters counters,
        List<AcceptorPeer> acceptors) {

    public ProposerView {
        acceptors = List.copyOf(acceptors);
    }

    public boolean isLeader() {
        return state == Proposer.State.LEADER;
    }

    /**
     * Counted since the process started.
     *
     * @param instancesDecided instances decided in own leaderships
     * @param valuesProposed clients' values proposed
     * @param retransmissions accepts repeated
     * @param rejections submits and forwards refused
     * @param forwarded submits forwarded to the leader
     * @param refusedNotVoting accepts refused by acceptors that do not vote
     * @param refusedStorageFull accepts refused by acceptors without room
     * @param checksumMismatches accepteds of the own ballot with another value's checksum: a breach of S5, somewhere
     * @param implausible pages of promises dropped because no acceptor can have sent them
     */
    public record Counters(
            long instancesDecided,
            long valuesProposed,
            long retransmissions,
            long rejections,
            long forwarded,
            long refusedNotVoting,
            long refusedStorageFull,
            long checksumMismatches,
            long implausible) {}

    /**
     * What is known of an acceptor.
     *
     * @param id its id
     * @param status whether it votes; null before its first beacon
     * @param promised the ballot it promised, as its newest beacon says
     * @param storageId its storage id
     * @param logId the log it belongs to, or unknown
     * @param trimPoint its trim point
     * @param silentMillis how long ago its newest beacon came, in milliseconds; -1 without one
     * @param roundTripMicros the smoothed round trip of its accepts, in microseconds; 0 if not measured
     * @param retryMicros how long an answer is waited for at present, in microseconds
     * @param full whether it said that it has no room, and has accepted nothing since
     */
    public record AcceptorPeer(
            int id,
            AcceptorState.@Nullable Status status,
            Ballot promised,
            StorageId storageId,
            LogId logId,
            long trimPoint,
            long silentMillis,
            long roundTripMicros,
            long retryMicros,
            boolean full) {}
}
