package io.synod.client;

/**
 * Whether a submit call was taken. It is taken as a whole or not at all.
 *
 * @param status taken, or why not
 * @param firstTicket the ticket of the first value, the next follow it; 0 when not taken
 */
public record Admission(Status status, long firstTicket) {

    static final Admission FULL = new Admission(Status.FULL, 0);
    static final Admission TOO_LARGE = new Admission(Status.TOO_LARGE, 0);

    /** Whether a submit call was taken. */
    public enum Status {
        TAKEN,
        /** The client's queue has no room for all of the values; nothing was taken. */
        FULL,
        /** A value exceeds the largest allowed size; nothing was taken. */
        TOO_LARGE
    }

    public boolean isTaken() {
        return status == Status.TAKEN;
    }
}
