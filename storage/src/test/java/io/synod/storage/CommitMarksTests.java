package io.synod.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitMarksTests {

    private static final CommitTag TAG = new CommitTag(0x0102030405060708L, -3);
    private static final int CHUNK = 1 << 20;

    @TempDir
    private Path directory;

    @Test
    void theHighestMarkIsFoundWhereverItLies() throws IOException {
        for (int offset : new int[] {0, 1, 17, CHUNK - 33, CHUNK - 32, CHUNK - 31, CHUNK - 12, CHUNK - 1, CHUNK,
                2 * CHUNK + 3, 3 * CHUNK - 32}) {
            byte[] bytes = new byte[3 * CHUNK];
            new SplittableRandom(offset).nextBytes(bytes);
            System.arraycopy(TAG.mark(7_000 + offset), 0, bytes, offset, CommitTag.BYTES);
            Files.write(directory.resolve("one"), bytes);
            assertThat(CommitMarks.below(directory, TAG, "").highest()).as("at %s", offset).isEqualTo(7_000 + offset);
        }
    }

    @Test
    void amongSeveralFilesAndMarksTheHighestCounts() throws IOException {
        Files.write(directory.resolve("one"), TAG.mark(5));
        Files.createDirectory(directory.resolve("below"));
        Files.write(directory.resolve("below").resolve("two"), TAG.mark(9));
        Files.write(directory.resolve("three"), new CommitTag(1, 2).mark(1_000));
        assertThat(CommitMarks.below(directory, TAG, "").highest()).isEqualTo(9);
    }

    /** An engine's log has blocks, and cuts a record that does not fit into one in two, with a header between them. */
    @Test
    void aMarkThatIsCutInTwoIsNone() throws IOException {
        byte[] mark = TAG.mark(300);
        for (int cut = 1; cut < CommitTag.BYTES; cut++) {
            for (int header = 7; header <= 11; header++) {
                byte[] bytes = new byte[mark.length + header];
                new SplittableRandom(cut).nextBytes(bytes);
                System.arraycopy(mark, 0, bytes, 0, cut);
                System.arraycopy(mark, cut, bytes, cut + header, mark.length - cut);
                Files.write(directory.resolve("one"), bytes);
                assertThat(CommitMarks.below(directory, TAG, "").highest()).as("cut at %s, header of %s", cut, header)
                        .isZero();
            }
        }
    }

    @Test
    void whereThereIsNoneItIsZero() throws IOException {
        Files.write(directory.resolve("short"), new byte[] {1, 2, 3});
        Files.write(directory.resolve("empty"), new byte[0]);
        assertThat(CommitMarks.below(directory, TAG, "").highest()).isZero();
    }

    @Test
    void damageLiesBehindTheMarkOfTheLastCommitThatWasReadAndBeforeTheSecondNext() throws IOException {
        byte[] bytes = new byte[4_000];
        System.arraycopy(TAG.mark(41), 0, bytes, 100, CommitTag.BYTES);
        System.arraycopy(TAG.mark(42), 0, bytes, 1_000, CommitTag.BYTES);
        System.arraycopy(TAG.mark(44), 0, bytes, 3_000, CommitTag.BYTES);
        Path file = Files.write(directory.resolve("000004.log"), bytes);
        CommitMarks marks = CommitMarks.below(directory, TAG, "");
        assertThat(marks.damageAfter(42)).isEqualTo(file + ", between offset 1000 and offset 4000");
        assertThat(marks.damageAfter(40)).isEqualTo(file + ", between offset 0 and offset 1000");
        assertThat(marks.damageAfter(44)).isEqualTo("a file that is gone");
    }
}
