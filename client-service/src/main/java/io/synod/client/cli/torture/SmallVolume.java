package io.synod.client.cli.torture;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A small file system of its own, in a file, mounted at a directory until closed or until this process ends: a disk that can be
 * filled, halted and broken. Needs root, loop devices and {@code mkfs.ext4}.
 */
public final class SmallVolume implements AutoCloseable {

    private static final int COMMAND_SECONDS_MAX = 30;
    private static final long BROKEN_BYTES = 1 << 20;

    private final Path directory;
    private final Path image;
    private final AtomicBoolean mounted = new AtomicBoolean();
    private final AtomicBoolean frozen = new AtomicBoolean();
    private final Thread hook = new Thread(this::unmount, "unmount");

    private SmallVolume(Path directory, Path image) {
        this.directory = directory;
        this.image = image;
    }

    /** Returns whether this process may mount one: tries it. */
    public static boolean isPossible() {
        try {
            Path directory = Files.createTempDirectory("synod-volume-");
            try {
                mount(directory.resolve("try"), 16 << 20).close();
                return true;
            } finally {
                Files.deleteIfExists(directory.resolve("try.image"));
                Files.deleteIfExists(directory.resolve("try"));
                Files.deleteIfExists(directory);
            }
        } catch (IOException | UncheckedIOException _) {
            return false;
        }
    }

    /**
     * Makes one and mounts it.
     *
     * @param directory where; made if it is missing. The file lies beside it, and stays
     * @param bytes how large
     */
    public static SmallVolume mount(Path directory, long bytes) {
        SmallVolume volume = new SmallVolume(directory,
                directory.resolveSibling(directory.getFileName() + ".image"));
        volume.make(bytes);
        return volume;
    }

    private void make(long bytes) {
        try {
            Files.createDirectories(directory);
            resize(bytes);
            run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
            run("mount", "-o", "loop", image.toString(), directory.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mounted.set(true);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void resize(long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
    }

    /** Takes all room but some, until {@link #free}. */
    public void fill(long bytesLeft) {
        try {
            long bytes = Files.getFileStore(directory).getUsableSpace() - bytesLeft;
            if (bytes > 0) {
                run("fallocate", "-l", String.valueOf(bytes), ballast().toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives back the room that {@link #fill} took. */
    public void free() {
        try {
            Files.deleteIfExists(ballast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path ballast() {
        return directory.resolve("ballast");
    }

    /** Whoever writes or syncs here waits, until {@link #thaw}. */
    public void freeze() {
        run("fsfreeze", "-f", directory.toString());
        frozen.set(true);
    }

    /** Lets writers go on. */
    public void thaw() {
        if (frozen.getAndSet(false)) {
            run("fsfreeze", "-u", directory.toString());
        }
    }

    /** Takes nearly all of the disk away below the file system: what is written fails with an input/output error when it is synced. For good. */
    public void breakDisk() {
        try {
            String device = output("losetup", "-n", "-O", "NAME", "-j", image.toString()).strip();
            resize(BROKEN_BYTES);
            run("losetup", "-c", device);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        unmount();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // This process ends.
        }
    }

    /** Also while a process that is about to end holds files open there. */
    private void unmount() {
        if (mounted.getAndSet(false)) {
            thaw();
            run("umount", "-l", directory.toString());
        }
    }

    private static void run(String... command) {
        output(command);
    }

    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(List.of(command) + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
