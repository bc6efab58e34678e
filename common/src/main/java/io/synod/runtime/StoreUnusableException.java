package io.synod.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A store that a node must not start on, or cannot. Its message is one line for people: which directory, what is wrong, and
 * what may be done.
 */
public final class StoreUnusableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StoreUnusableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public StoreUnusableException(String message) {
        super(message);
    }
}
