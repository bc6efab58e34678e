package io.synod.protocol;

/**
 * The bounds of the session table, and of the idempotency keys that are remembered beside it. They stand in the genesis entry, so that every learner applies the same.
 *
 * @param sessionsMax how many sessions the table holds; at the limit the longest idle goes first
 * @param windowMax the most values a session may have outstanding
 * @param expiryInstances after how many instances without an entry of its own a session expires, and a key is forgotten
 * @param keysMax how many idempotency keys are remembered; at the limit the longest unused goes first
 */
public record SessionLimits(int sessionsMax, int windowMax, long expiryInstances, int keysMax) {

    /** The smallest table that a cluster may be formed with; a client's own learner reckons with no more. */
    public static final int SESSIONS_FLOOR = 16_384;

    /** The fewest keys that a cluster may remember: more than one instance has entries. */
    public static final int KEYS_FLOOR = 65_536;

    /** The most, so that a snapshot stays of a size that a learner takes in its stride. */
    public static final int KEYS_MAX = 1 << 21;

    /**
     * The smallest limits that a cluster may be formed with. A client's own learner did not see the genesis entry, so it
     * reckons with these: whatever it takes as delivered, a learner that knows the limits delivers too.
     */
    public static final SessionLimits FLOOR = new SessionLimits(SESSIONS_FLOOR, 16_384, 100_000, KEYS_FLOOR);

    /**
     * How many bytes of one session's values, each with its length, are held at most until those before them are decided. A
     * part of the log's format: what does not fit is dropped, at every learner alike. More than a client has under way.
     */
    public static final int HELD_BYTES_MAX = 32 << 20;

    public static final SessionLimits DEFAULT = new SessionLimits(65_536, 65_536, 1_000_000, 262_144);

    public SessionLimits {
        if (sessionsMax < 1 || windowMax < 1 || expiryInstances < 1 || keysMax < 1) {
            throw new IllegalArgumentException("session limits must be 1 or more: sessions " + sessionsMax
                    + ", window " + windowMax + ", expiry " + expiryInstances + " instances, keys " + keysMax);
        }
    }

    /** Returns whether each of these limits is at least that of {@code floor}. */
    public boolean isAtLeast(SessionLimits floor) {
        return sessionsMax >= floor.sessionsMax
                && windowMax >= floor.windowMax
                && expiryInstances >= floor.expiryInstances
                && keysMax >= floor.keysMax;
    }
}
