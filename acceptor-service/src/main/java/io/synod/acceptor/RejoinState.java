package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;

/**
 * How far an acceptor that lost what it knew has come on its way back (rule S10).
 *
 * @param stage where it stands
 * @param above once it is admitted: it accepts above this ballot alone, for good; {@link Ballot#NONE} before
 * @param logId once it is admitted: the log that it rejoins; {@link LogId#UNKNOWN} before
 */
public record RejoinState(Stage stage, Ballot above, LogId logId) {

    /** Where an acceptor stands on its way back. */
    public enum Stage {
        /** It was not told to rejoin. */
        NONE,
        /** It was told to, and asks the others what they promised. */
        ASKING,
        /** So many have answered that no promise of a former life counts above the highest ballot that they named. */
        ADMITTED
    }

    /** It was not told to rejoin. */
    public static final RejoinState NONE = new RejoinState(Stage.NONE, Ballot.NONE, LogId.UNKNOWN);

    /** It asks the others. */
    public static final RejoinState ASKING = new RejoinState(Stage.ASKING, Ballot.NONE, LogId.UNKNOWN);

    /** It takes in what a leader above a ballot proposes anew. */
    public static RejoinState admitted(Ballot above, LogId logId) {
        return new RejoinState(Stage.ADMITTED, above, logId);
    }

    /** Whether an accept at a ballot may be accepted, for all that this knows. */
    boolean allows(Ballot ballot) {
        return switch (stage) {
            case NONE -> true;
            case ASKING -> false;
            case ADMITTED -> ballot.isAbove(above);
        };
    }
}
