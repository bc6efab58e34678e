package io.synod.runtime;

import org.jspecify.annotations.Nullable;

/** The loop did not do what it was asked: it is full, too slow, stopped or failed. */
public final class LoopUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LoopUnavailableException(String message) {
        super(message);
    }

    public LoopUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
