package io.synod.learner.storage;

import io.synod.learner.Doubt;
import io.synod.learner.LearnerStopped;
import io.synod.learner.StoreDamage;
import io.synod.storage.StoreDirectory;
import io.synod.storage.StoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a learner's store remembers of itself beside the engine, each in a file, in place of the one before and durable:
 * {@code unreadable}, with the lowest and the highest instance and what was found, and {@code doubted}, with the reason and the
 * detail, a line each.
 */
final class StoreNotes {

    private final Path unreadable;
    private final Path doubted;

    StoreNotes(StoreDirectory directory) {
        unreadable = directory.file("unreadable");
        doubted = directory.file("doubted");
    }

    /**
     * Returns what could not be read; null if nothing was noted.
     *
     * @throws IOException if the note cannot be read or understood
     */
    @Nullable
    StoreDamage damage() throws IOException {
        if (!Files.exists(unreadable)) {
            return null;
        }
        try {
            List<String> lines = lines(unreadable, 3);
            return new StoreDamage(Long.parseLong(lines.get(0)), Long.parseLong(lines.get(1)), lines.get(2));
        } catch (IllegalArgumentException e) {
            throw new IOException(unreadable + " cannot be understood: " + e.getMessage(), e);
        }
    }

    /**
     * Returns why what is stored may be wrong; null if nothing was noted.
     *
     * @throws IOException if the note cannot be read or understood
     */
    @Nullable
    Doubt doubt() throws IOException {
        if (!Files.exists(doubted)) {
            return null;
        }
        try {
            List<String> lines = lines(doubted, 2);
            return new Doubt(LearnerStopped.Reason.valueOf(lines.get(0)), lines.get(1));
        } catch (IllegalArgumentException e) {
            throw new IOException(doubted + " cannot be understood: " + e.getMessage(), e);
        }
    }

    private static List<String> lines(Path file, int count) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() != count) {
            throw new IOException(file + " has " + lines.size() + " lines, not " + count);
        }
        return lines;
    }

    void note(StoreDamage damage) throws IOException {
        StoreFiles.write(unreadable,
                List.of(Long.toString(damage.first()), Long.toString(damage.last()), oneLine(damage.what())));
    }

    void note(Doubt doubt) throws IOException {
        StoreFiles.write(doubted, List.of(doubt.reason().name(), oneLine(doubt.detail())));
    }

    private static String oneLine(String text) {
        return text.lines().map(String::strip).reduce("", (all, line) -> all.isEmpty() ? line : all + " " + line);
    }
}
