package io.synod.learner;

import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import io.synod.protocol.entry.ValueCursor;
import java.util.ArrayList;
import java.util.List;

/** Builds batches, and reads runs back as text. */
final class Batches {

    private final EntryWriter writer = new EntryWriter(256);

    static Batches batch() {
        return new Batches();
    }

    /** A batch of one value of a session that nobody opened. */
    static Bytes of(String text) {
        return batch().values(new SessionId(0, 0), 1, text).bytes();
    }

    Batches genesis(int sessionsMax, int windowMax, long expiryInstances) {
        return genesis(new SessionLimits(sessionsMax, windowMax, expiryInstances, 1_000));
    }

    Batches genesis(SessionLimits limits) {
        writer.genesis(new LogEntry.Genesis(limits));
        return this;
    }

    Batches open(long nonce, int window) {
        writer.open(new LogEntry.OpenSession(nonce, -nonce, window));
        return this;
    }

    Batches renew(SessionId session) {
        writer.renew(session);
        return this;
    }

    Batches close(SessionId session) {
        writer.close(session);
        return this;
    }

    Batches values(SessionId session, long firstNumber, String... values) {
        writer.beginValues(session, firstNumber);
        for (String value : values) {
            writer.value(Bytes.ofUtf8(value));
        }
        writer.endValues();
        return this;
    }

    Batches keyed(SessionId session, long number, String key, String value) {
        writer.keyedValue(session, number, Bytes.ofUtf8(key), Bytes.ofUtf8(value));
        return this;
    }

    Batches raw(int... bytes) {
        byte[] array = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            array[i] = (byte) bytes[i];
        }
        writer.encoded(Bytes.wrap(array));
        return this;
    }

    Bytes bytes() {
        return writer.take();
    }

    /** Each value as "session#number@index=text". */
    static List<String> texts(List<Run> runs) {
        List<String> texts = new ArrayList<>();
        for (Run run : runs) {
            ValueCursor cursor = new ValueCursor(run.body());
            for (int i = 0; i < run.count(); i++) {
                cursor.advance();
                int index = run.firstIndex() == Run.INDEX_UNKNOWN ? Run.INDEX_UNKNOWN : run.firstIndex() + i;
                texts.add(run.session() + "#" + (run.firstNumber() + i) + "@" + index + "="
                        + cursor.value().utf8());
            }
        }
        return texts;
    }
}
