package io.synod.learner.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BinaryBatchTests {

    private static final LogId LOG = new LogId(0x0a0b0c0d0e0f1011L);
    private static final SessionId SESSION = new SessionId(17, 2);

    private final BinaryBatch batch = new BinaryBatch();

    private static String hex(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The example in {@code docs/wire-format.md}. */
    @Test
    void theLayoutIsThatOfTheDocument() {
        assertThat(batch.take()).isNull();
        batch.add(LOG, 42, 7, SESSION, 5, Bytes.ofUtf8("ab"));
        batch.add(LOG, 42, 8, SESSION, 6, Bytes.EMPTY);
        batch.add(LOG, 43, 0, SESSION, 7, Bytes.ofUtf8("c"));
        assertThat(hex(Objects.requireNonNull(batch.take()))).isEqualTo("01" + "0a0b0c0d0e0f1011"
                + "000000000000002a" + "00000007" + "0000000000000011" + "00000002" + "0000000000000005" + "00000002"
                + "00000002" + "6162" + "00000000"
                + "000000000000002b" + "00000000" + "0000000000000011" + "00000002" + "0000000000000007" + "00000001"
                + "00000001" + "63");
        assertThat(batch.take()).isNull();
    }

    @Test
    void aGapInIndexesOrNumbersBeginsAnotherRun() {
        batch.add(LOG, 42, 0, SESSION, 5, Bytes.EMPTY);
        batch.add(LOG, 42, 2, SESSION, 6, Bytes.EMPTY);
        batch.add(LOG, 42, 3, SESSION, 8, Bytes.EMPTY);
        batch.add(LOG, 42, 4, new SessionId(17, 3), 9, Bytes.EMPTY);
        int runs = 4;
        assertThat(Objects.requireNonNull(batch.take()).remaining()).isEqualTo(9 + runs * (36 + 4));
    }

    @Test
    void aFrameIsFullAtItsSizeAndHoldsAValueOfAnySize() {
        Bytes value = Bytes.wrap(new byte[1_000]);
        int values = 1;
        while (!batch.add(LOG, 1, values - 1, SESSION, values, value)) {
            values++;
        }
        assertThat(values).isEqualTo(66);
        assertThat(Objects.requireNonNull(batch.take()).remaining()).isEqualTo(9 + 36 + 66 * 1_004);
        assertThat(batch.add(LOG, 2, 0, SESSION, 67, Bytes.wrap(new byte[3 << 20]))).isTrue();
        assertThat(Objects.requireNonNull(batch.take()).remaining()).isEqualTo(9 + 36 + 4 + (3 << 20));
    }
}
