package io.synod.learner.storage;

/** What is stored of an instance was durable, and cannot be read any more. The message says what was found, and where. */
public final class RecordDamagedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long instance;

    public RecordDamagedException(long instance, String what, Throwable cause) {
        super("what is stored of instance " + instance + " is damaged: " + what, cause);
        this.instance = instance;
    }

    /** The instance. */
    public long instance() {
        return instance;
    }
}
