package io.synod.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What is done with files so that it holds across a power cut. */
public final class StoreFiles {

    private StoreFiles() {}

    /** Writes a file whole or not at all; durable on return. */
    public static void write(Path file, List<String> lines) throws IOException {
        Path whole = file.resolveSibling(file.getFileName() + ".new");
        Files.write(whole, lines, StandardCharsets.UTF_8);
        sync(whole, StandardOpenOption.WRITE);
        move(whole, file);
    }

    /** Renames a file or directory; durable on return. */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(Objects.requireNonNull(to.toAbsolutePath().getParent()));
    }

    /** Makes the names in a directory durable. */
    public static void syncDirectory(Path directory) throws IOException {
        sync(directory, StandardOpenOption.READ);
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    /** Deletes a directory and all in it, if it is there. */
    public static void deleteTree(Path directory) throws IOException {
        if (Files.exists(directory)) {
            List<Path> paths;
            try (Stream<Path> walk = Files.walk(directory)) {
                paths = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : paths) {
                Files.delete(path);
            }
        }
    }

    /** Returns what the files below a directory take, as far as they can be looked at. */
    public static long bytesBelow(Path directory) {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.mapToLong(StoreFiles::length).sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    private static long length(Path path) {
        try {
            return Files.isRegularFile(path) ? Files.size(path) : 0;
        } catch (IOException e) {
            // The engine has deleted it meanwhile.
            return 0;
        }
    }
}
