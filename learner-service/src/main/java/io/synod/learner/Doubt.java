package io.synod.learner;

/**
 * Why what a learner delivered may be wrong. Its store remembers it, so that no later start delivers more.
 *
 * @param reason why it stopped; one of content
 * @param detail the same in one sentence, with the numbers
 */
public record Doubt(LearnerStopped.Reason reason, String detail) {

    public Doubt {
        if (!reason.isOfContent()) {
            throw new IllegalArgumentException(reason + " puts nothing in doubt that was delivered");
        }
    }

    /** What a later start says, with what to do. */
    public String text() {
        return "its log is in doubt since an earlier run; start it on an empty directory, so that it takes the log from"
                + " another learner: " + detail;
    }
}
