package io.synod.learner.service;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** What stood at a position of the delivered log is not retained any more (rule S12). */
public final class PositionGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long firstInstance;

    PositionGoneException(Position position, long firstInstance) {
        super("what was delivered at " + position + " is not retained any more; the first retained instance is "
                + firstInstance);
        this.firstInstance = firstInstance;
    }

    /** The first instance that is retained. */
    public long firstInstance() {
        return firstInstance;
    }

    /** What to do about it, in few words. */
    String advice() {
        return "first retained instance is " + firstInstance + "; no checkpoint";
    }

    /** The same as a problem (RFC 9457). */
    ProblemDetail problem() {
        ProblemDetail problem =
                Problems.of(HttpStatus.GONE, "gone", "Not retained any more",
                        getMessage() + "; there is no checkpoint");
        problem.setProperty("firstInstance", firstInstance);
        problem.setProperty("checkpoint", null);
        return problem;
    }
}
