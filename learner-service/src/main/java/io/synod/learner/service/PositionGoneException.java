package io.synod.learner.service;

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
}
