package io.synod.acceptor.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitTagTests {

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
            assertThat(TAG.highestBelow(directory)).as("at %s", offset).isEqualTo(7_000 + offset);
        }
    }

    @Test
    void amongSeveralFilesAndMarksTheHighestCounts() throws IOException {
        Files.write(directory.resolve("one"), TAG.mark(5));
        Files.createDirectory(directory.resolve("below"));
        Files.write(directory.resolve("below").resolve("two"), TAG.mark(9));
        Files.write(directory.resolve("three"), new CommitTag(1, 2).mark(1_000));
        assertThat(TAG.highestBelow(directory)).isEqualTo(9);
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
                assertThat(TAG.highestBelow(directory)).as("cut at %s, header of %s", cut, header).isZero();
            }
        }
    }

    @Test
    void whereThereIsNoneItIsZero() throws IOException {
        Files.write(directory.resolve("short"), new byte[] {1, 2, 3});
        Files.write(directory.resolve("empty"), new byte[0]);
        assertThat(TAG.highestBelow(directory)).isZero();
    }

    @Test
    void aMarkOfAnotherTagIsNone() {
        assertThat(TAG.numberOf(TAG.mark(12))).isEqualTo(12);
        assertThat(TAG.numberOf(new CommitTag(1, 2).mark(12))).isEqualTo(-1);
        assertThat(TAG.numberOf(new byte[3])).isEqualTo(-1);
    }
}
