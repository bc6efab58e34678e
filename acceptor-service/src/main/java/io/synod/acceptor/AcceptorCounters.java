package io.synod.acceptor;

/**
 * What an acceptor has counted since its start.
 *
 * @param promises ballots promised to a prepare; a repeated promise is not counted again
 * @param accepts values accepted; a repeated accept is not counted again
 * @param preemptions prepares and accepts answered by preempted
 * @param repeats repeats answered
 * @param refusals accepts refused for want of room, in the store or before a slow commit
 * @param conflicts accepts dropped because another value was accepted there at the same ballot (rule S5)
 * @param misdirected messages dropped because their sender is not the one they name, or not one to say them
 * @param foreign messages dropped because they speak of another log
 * @param notVoting messages that only an acceptor that votes can act on, while this one does not
 * @param unregistered hellos of clients dropped because the table of clients is full
 */
public record AcceptorCounters(
        long promises,
        long accepts,
        long preemptions,
        long repeats,
        long refusals,
        long conflicts,
        long misdirected,
        long foreign,
        long notVoting,
        long unregistered) {}
