package io.synod.storage;

import java.io.IOException;

/** A commit found no room on the disk, so that nothing of it was synced, and nothing synced before is in doubt. */
public final class DiskFullException extends IOException {

    private static final long serialVersionUID = 1L;

    public DiskFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
