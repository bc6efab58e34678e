package io.synod.learner;

/**
 * The learner delivers nothing any more, for good: to go on would hide a gap (rule S12) or spread a fork.
 *
 * @param reason why
 * @param delivered the last instance that was delivered
 * @param detail the reason in one sentence, with the numbers
 */
public record LearnerStopped(Reason reason, long delivered, String detail) implements LearnerOutput {

    /** Why a learner stops. */
    public enum Reason {
        /** The next instance is trimmed at so many acceptors that no quorum can show it: catch up from a peer. */
        BELOW_TRIM,
        /** Its rolling hash differs from that of a majority of learners, or there is no majority (rule S13). */
        HASH_DIFFERS,
        /** Two values were accepted where there can be one (rule S5). */
        TWO_VALUES,
        /** The acceptors hold another log than the one delivered so far. */
        OTHER_LOG,
        /** Its store failed: what it would deliver from here on could not be kept. */
        STORE_FAILED;

        /** Whether it means that what was delivered may be wrong. */
        public boolean isOfContent() {
            return this == HASH_DIFFERS || this == TWO_VALUES;
        }
    }
}
