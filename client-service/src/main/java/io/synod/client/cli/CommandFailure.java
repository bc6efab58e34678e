package io.synod.client.cli;

/** Ends a command with one line on standard error and an exit status. Thrown for what a user can understand and mend. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    public CommandFailure(ExitStatus status, String message) {
        super(message);
        this.status = status;
    }

    public CommandFailure(ExitStatus status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** What the process exits with. */
    public ExitStatus status() {
        return status;
    }
}
