package io.synod.storage;

import io.synod.runtime.StoreUnusableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens stores. What cannot be read or written while the disk is full says nothing of the store: it is opened again when there
 * is room, so that a node which was started meanwhile goes on by itself.
 */
public final class StoreOpening {

    /** How much room there is, and how to wait for it; tests put another in its place. */
    interface Room {
        long freeBytes(Path path) throws IOException;

        void pause() throws InterruptedException;
    }

    /** More than an opening takes: native code is unpacked, and what the engine's log holds goes to new files. */
    static final long ROOM_BYTES = 128 << 20;

    private static final Logger log = LoggerFactory.getLogger(StoreOpening.class);
    private static final long LOOK_MILLIS = 500;
    private static final long SAY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Room DISK = new Room() {
        @Override
        public long freeBytes(Path path) throws IOException {
            return StoreDirectory.freeBytes(path);
        }

        @Override
        public void pause() throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    };

    private StoreOpening() {}

    /**
     * Opens a store, and waits for room where that is what it lacks; as long as it takes, or until the process is told to end.
     *
     * @param path the store's directory
     * @param attempt opens it, or throws and lets go of all that it had opened
     * @throws StoreUnusableException if it is not for want of room that the store cannot be opened, or the wait was ended
     */
    public static <T> T open(Path path, Supplier<T> attempt) {
        return open(path, attempt, DISK);
    }

    static <T> T open(Path path, Supplier<T> attempt, Room room) {
        while (true) {
            try {
                return attempt.get();
            } catch (StoreUnusableException e) {
                if (!lacksRoom(path, room, e)) {
                    throw e;
                }
                await(path, room, e);
            }
        }
    }

    /** Only what the system refused may be for want of room; what was read and found wrong is not. */
    private static boolean lacksRoom(Path path, Room room, StoreUnusableException failure) {
        try {
            return failure.getCause() instanceof DiskFullException
                    || failure.getCause() instanceof IOException && room.freeBytes(path) < ROOM_BYTES;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    private static void await(Path path, Room room, StoreUnusableException failure) {
        // The starting thread is in Spring's hands, which would wait for it when the process is told to end.
        Thread ending = new Thread(Thread.currentThread()::interrupt, "end the wait for room");
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            awaitRoom(path, room, failure);
        } catch (IOException e) {
            throw new StoreUnusableException("it cannot be seen how much room the disk of " + path + " has: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnusableException(
                    "the process was told to end while it waited for room on the disk of " + path
                            + ", where the store is as it was",
                    e);
        } finally {
            remove(ending);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends, and the hook with it.
        }
    }

    private static void awaitRoom(Path path, Room room, StoreUnusableException failure)
            throws IOException, InterruptedException {
        long saidNanos = System.nanoTime() - SAY_NANOS;
        long free;
        do {
            free = room.freeBytes(path);
            if (System.nanoTime() - saidNanos >= SAY_NANOS) {
                saidNanos = System.nanoTime();
                log.warn(
                        "The disk of {} is nearly full, {} bytes are left: the store is opened when there are {}, since it"
                                + " could not be now: {}",
                        path, free, ROOM_BYTES, reason(failure));
            }
            room.pause();
        } while (free < ROOM_BYTES);
    }

    /** What went wrong, without what it would mean if there were room. */
    private static String reason(StoreUnusableException failure) {
        Throwable cause = failure.getCause();
        return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    }
}
