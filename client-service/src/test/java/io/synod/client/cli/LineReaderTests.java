package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTests {

    @Test
    void cutsLinesAtLineFeeds() throws IOException {
        assertThat(all("a\nbc\n\nd\n", 100, 10)).containsExactly("a", "bc", "", "d");
    }

    @Test
    void aLastLineNeedsNoLineFeed() throws IOException {
        assertThat(all("a\nb", 100, 10)).containsExactly("a", "b");
    }

    @Test
    void emptyInputHasNoLine() throws IOException {
        assertThat(all("", 100, 10)).isEmpty();
    }

    @Test
    void keepsBytesAsTheyAre() throws IOException {
        byte[] bytes = {(byte) 0xff, 0, 13, '\n'};
        List<Bytes> lines = new LineReader(new ByteArrayInputStream(bytes), 10).next(10);
        assertThat(lines).containsExactly(Bytes.wrap(new byte[] {(byte) 0xff, 0, 13}));
    }

    @Test
    void aLineMayBeLongerThanTheBuffer() throws IOException {
        String line = "x".repeat(200_000);
        assertThat(all(line + "\ny\n", 300_000, 10)).containsExactly(line, "y");
    }

    @Test
    void givesAtMostAsManyLinesAsAskedFor() throws IOException {
        LineReader reader = new LineReader(stream("1\n2\n3\n"), 10);
        assertThat(reader.next(2)).hasSize(2);
        assertThat(reader.next(2)).hasSize(1);
        assertThat(reader.next(2)).isEmpty();
    }

    @Test
    void givesWhatIsThereWithoutWaitingForMore() throws IOException {
        InputStream slow = new InputStream() {
            private int reads;

            @Override
            public int read() {
                throw new AssertionError("reads blocks");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                if (++reads > 1) {
                    throw new AssertionError("waited for more than the first line");
                }
                buffer[offset] = 'a';
                buffer[offset + 1] = '\n';
                return 2;
            }
        };
        assertThat(new LineReader(slow, 10).next(10)).hasSize(1);
    }

    @Test
    void refusesALineThatIsTooLongAndNamesIt() {
        assertThatThrownBy(() -> all("a\nbbbbbb\n", 5, 10))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("line 2 is longer than 5 bytes, the largest value allowed");
    }

    private static List<String> all(String text, int lineBytesMax, int linesMax) throws IOException {
        LineReader reader = new LineReader(stream(text), lineBytesMax);
        List<String> lines = new ArrayList<>();
        for (List<Bytes> next = reader.next(linesMax); !next.isEmpty(); next = reader.next(linesMax)) {
            next.forEach(line -> lines.add(line.utf8()));
        }
        return lines;
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
