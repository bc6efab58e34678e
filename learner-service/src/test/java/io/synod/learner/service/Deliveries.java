package io.synod.learner.service;

import io.synod.learner.Delivered;
import io.synod.learner.Run;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import io.synod.protocol.entry.EntryReader;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import java.util.ArrayList;
import java.util.List;

/** Makes delivered instances by hand. */
final class Deliveries {

    static final SessionId SESSION = new SessionId(1, 1);

    private Deliveries() {}

    /** An instance that delivers texts, as one run. */
    static Delivered of(long instance, long firstNumber, String... texts) {
        Bytes[] values = new Bytes[texts.length];
        for (int i = 0; i < texts.length; i++) {
            values[i] = Bytes.ofUtf8(texts[i]);
        }
        return of(instance, run(SESSION, firstNumber, 0, values));
    }

    static Delivered of(long instance, Run... runs) {
        EntryWriter batch = new EntryWriter(64);
        List<Run> list = new ArrayList<>(List.of(runs));
        for (Run run : runs) {
            batch.beginValues(run.session(), run.firstNumber());
            batch.value(run.body());
            batch.endValues();
        }
        return new Delivered(instance, batch.take(), list);
    }

    static Run run(SessionId session, long firstNumber, int firstIndex, Bytes... values) {
        EntryWriter writer = new EntryWriter(64);
        writer.beginValues(session, firstNumber);
        for (Bytes value : values) {
            writer.value(value);
        }
        writer.endValues();
        LogEntry.Values block = (LogEntry.Values) new EntryReader(writer.take()).next();
        if (block == null) {
            throw new IllegalStateException("a block that was just written cannot be read");
        }
        return new Run(session, firstNumber, values.length, firstIndex, block.body());
    }
}
