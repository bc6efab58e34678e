package io.synod.storage;

import io.synod.runtime.StoreUnusableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens stores. What fails while the disk is full says nothing of the store: it is opened again when there is room, so that a
 * node which was restarted meanwhile goes on by itself.
 */
public final class StoreOpening {

    /** How many bytes are free on the disk of a store. */
    @FunctionalInterface
    interface Room {
        long freeBytes(Path path) throws IOException;
    }

    /** More than an opening takes: native code is unpacked, and what the engine's log holds goes to sorted files. */
    static final long ROOM_BYTES = 64 << 20;

    private static final Logger log = LoggerFactory.getLogger(StoreOpening.class);
    private static final long LOOK_MILLIS = 500;

    private StoreOpening() {}

    /**
     * Opens a store, and waits for room where that is what it lacks.
     *
     * @param path the store's directory
     * @param attempt opens it, or throws and lets go of all that it had opened
     * @throws StoreUnusableException if it is not for want of room that the store cannot be opened
     */
    public static <T> T open(Path path, Supplier<T> attempt) {
        return open(path, attempt, StoreDirectory::freeBytes);
    }

    static <T> T open(Path path, Supplier<T> attempt, Room room) {
        while (true) {
            try {
                return attempt.get();
            } catch (StoreUnusableException e) {
                if (!waitedForRoom(path, room, e)) {
                    throw e;
                }
            }
        }
    }

    /** Returns whether there was too little room, and is enough now. */
    private static boolean waitedForRoom(Path path, Room room, StoreUnusableException failure) {
        boolean waited = false;
        try {
            for (long free = room.freeBytes(path); free < ROOM_BYTES; free = room.freeBytes(path)) {
                if (!waited) {
                    log.warn(
                            "The disk of {} is nearly full, {} bytes are left: the store is opened when there are {}, since it"
                                    + " could not be now: {}",
                            path, free, ROOM_BYTES, reason(failure));
                }
                waited = true;
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
            return waited;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What went wrong, without what it would mean if there were room. */
    private static String reason(StoreUnusableException failure) {
        Throwable cause = failure.getCause();
        return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    }
}
