package io.synod.protocol;

/**
 * The bounds of the session table. They stand in the genesis entry, so that every learner applies the same.
 *
 * @param sessionsMax how many sessions the table holds; at the limit the longest idle goes first
 * @param windowMax the most values a session may have outstanding
 * @param expiryInstances after how many instances without an entry of its own a session expires
 */
public record SessionLimits(int sessionsMax, int windowMax, long expiryInstances) {

    /** The smallest table that a cluster may be formed with; a client's own learner reckons with no more. */
    public static final int SESSIONS_FLOOR = 16_384;

    /**
     * The smallest limits that a cluster may be formed with. A client's own learner did not see the genesis entry, so it
     * reckons with these: whatever it takes as delivered, a learner that knows the limits delivers too.
     */
    public static final SessionLimits FLOOR = new SessionLimits(SESSIONS_FLOOR, 16_384, 100_000);

    /**
     * How many bytes of one session's values, each with its length, are held at most until those before them are decided. A
     * part of the log's format: what does not fit is dropped, at every learner alike. More than a client has under way.
     */
    public static final int HELD_BYTES_MAX = 32 << 20;

    public static final SessionLimits DEFAULT = new SessionLimits(65_536, 65_536, 1_000_000);

    public SessionLimits {
        if (sessionsMax < 1 || windowMax < 1 || expiryInstances < 1) {
            throw new IllegalArgumentException("session limits must be 1 or more: sessions " + sessionsMax
                    + ", window " + windowMax + ", expiry " + expiryInstances + " instances");
        }
    }

    /** Returns whether each of these limits is at least that of {@code floor}. */
    public boolean isAtLeast(SessionLimits floor) {
        return sessionsMax >= floor.sessionsMax
                && windowMax >= floor.windowMax
                && expiryInstances >= floor.expiryInstances;
    }
}
