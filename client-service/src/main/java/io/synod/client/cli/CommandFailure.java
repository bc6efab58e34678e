package io.synod.client.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;

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

    /** What an exception of the system says, for people: of a file, also which one. */
    static String text(IOException failure) {
        if (failure instanceof FileSystemException file && file.getFile() != null) {
            String reason = file.getReason();
            return file.getFile() + ": "
                    + (reason == null ? failure.getClass().getSimpleName().replace("Exception", "") : reason);
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** What the process exits with. */
    public ExitStatus status() {
        return status;
    }
}
