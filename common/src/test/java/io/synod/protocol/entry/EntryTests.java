package io.synod.protocol.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.Bytes;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The entries of a batch, as {@code docs/wire-format.md} draws them. */
class EntryTests {

    private static final SessionId SESSION = new SessionId(5, 2);

    private static List<LogEntry> read(Bytes batch) {
        EntryReader reader = new EntryReader(batch);
        List<LogEntry> entries = new ArrayList<>();
        for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        return entries;
    }

    private static Bytes hex(String text) {
        return Bytes.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
    }

    private static Bytes keyed(String key, String value) {
        return new EntryWriter(64).keyedValue(SESSION, 9, Bytes.ofUtf8(key), Bytes.ofUtf8(value)).take();
    }

    @Test
    void aValueWithAKeyIsTheseBytes() {
        Bytes bytes = hex("06 0000001d 0000000000000005 00000002 0000000000000009 02 6b31 00000002 6869");
        assertThat(keyed("k1", "hi")).isEqualTo(bytes);
        assertThat(read(bytes)).containsExactly(new LogEntry.KeyedValue(
                Bytes.ofUtf8("k1"), new LogEntry.Values(SESSION, 9, 1, hex("00000002 6869"))));
    }

    @Test
    void theGenesisIsTheseBytes() {
        LogEntry.Genesis genesis = new LogEntry.Genesis(new SessionLimits(1, 2, 3, 4));
        Bytes bytes = hex("01 00000014 00000001 00000002 0000000000000003 00000004");
        assertThat(new EntryWriter(64).genesis(genesis).take()).isEqualTo(bytes);
        assertThat(read(bytes)).containsExactly(genesis);
    }

    @Test
    void eachEntryIsReadAsItWasWritten() {
        EntryWriter writer = new EntryWriter(8);
        String longest = "k".repeat(ProtocolLimits.KEY_BYTES_MAX);
        writer.open(new LogEntry.OpenSession(1, 2, 3)).renew(SESSION);
        writer.beginValues(SESSION, 1).value(Bytes.ofUtf8("a")).value(Bytes.EMPTY).endValues();
        writer.keyedValue(SESSION, 3, Bytes.ofUtf8(longest), Bytes.EMPTY).close(SESSION);
        assertThat(read(writer.take()))
                .containsExactly(
                        new LogEntry.OpenSession(1, 2, 3),
                        new LogEntry.RenewSession(SESSION),
                        new LogEntry.Values(SESSION, 1, 2, hex("00000001 61 00000000")),
                        new LogEntry.KeyedValue(
                                Bytes.ofUtf8(longest), new LogEntry.Values(SESSION, 3, 1, hex("00000000"))),
                        new LogEntry.CloseSession(SESSION));
    }

    @Test
    void aKeyHasOneTo64Bytes() {
        for (String key : List.of("", "k".repeat(65))) {
            assertThatThrownBy(() -> keyed(key, "v")).hasMessageContaining("1 to 64 bytes");
        }
        String head = "0000000000000005 00000002 0000000000000009";
        assertThat(read(hex("06 00000019" + head + "00 00000000"))).isEmpty();
        assertThat(read(hex("06 0000005a" + head + "41" + "6b".repeat(65) + "00000000"))).isEmpty();
    }

    @Test
    void aKeyedValueWhoseLengthsDoNotAddUpEndsItsBatch() {
        byte[] good = keyed("k1", "hi").toByteArray();
        for (int at : new int[] {4, 25, 31}) {
            for (int change : new int[] {-1, 1, 100}) {
                byte[] bad = good.clone();
                bad[at] += (byte) change;
                EntryReader reader = new EntryReader(Bytes.wrap(bad));
                assertThat(reader.next()).as("byte %s by %s", at, change).isNull();
                assertThat(reader.isMalformed()).isTrue();
                assertThat(reader.position()).isZero();
            }
        }
    }

    /** F16: whatever the bytes are, reading ends and does not throw, and what is read of a key is within its bounds. */
    @Test
    void whateverBytesComeReadingNeverThrows() {
        Random random = new Random(7);
        byte[] whole = new EntryWriter(64)
                .genesis(new LogEntry.Genesis(SessionLimits.DEFAULT))
                .keyedValue(SESSION, 1, Bytes.ofUtf8("key"), Bytes.ofUtf8("value"))
                .open(new LogEntry.OpenSession(1, 2, 3))
                .encoded(keyed("another", ""))
                .take()
                .toByteArray();
        int keyed = 0;
        for (int i = 0; i < 300_000; i++) {
            byte[] bytes = whole.clone();
            for (int left = random.nextInt(1, 4); left > 0; left--) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(9) : random.nextInt());
            }
            for (LogEntry entry : read(Bytes.wrap(bytes, 0, random.nextInt(bytes.length + 1)))) {
                if (entry instanceof LogEntry.KeyedValue value) {
                    keyed++;
                    assertThat(value.key().length()).isBetween(1, ProtocolLimits.KEY_BYTES_MAX);
                    assertThat(ValueCursor.isWellFormed(value.value())).isTrue();
                }
            }
        }
        assertThat(keyed).isGreaterThan(10_000);
    }
}
