package io.synod.learner.service;

import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.learner.storage.Checkpoint;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** What stood at a position of the delivered log is not retained any more (rule S12). */
public final class PositionGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long firstInstance;
    private final @Nullable Long checkpoint;

    PositionGoneException(Position position, long firstInstance, @Nullable Checkpoint newest) {
        super("what was delivered at " + position + " is not retained any more; the first retained instance is "
                + firstInstance);
        this.firstInstance = firstInstance;
        this.checkpoint = newest == null ? null : newest.instance();
    }

    /** The first instance that is retained. */
    public long firstInstance() {
        return firstInstance;
    }

    /** What to do about it, in few words. */
    String advice() {
        return "first retained instance is " + firstInstance
                + (checkpoint == null ? "; no checkpoint" : "; checkpoint at " + checkpoint);
    }

    /** The same as a problem (RFC 9457). */
    ProblemDetail problem() {
        ProblemDetail problem = Problems.of(HttpStatus.GONE, ProblemType.GONE, getMessage()
                + (checkpoint == null ? "; there is no checkpoint" : "; the newest checkpoint is at " + checkpoint));
        problem.setProperty("firstInstance", firstInstance);
        problem.setProperty("checkpoint", checkpoint);
        return problem;
    }
}
