package io.synod.client;

import io.synod.protocol.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of one submit call. They are let go as soon as all of them stand in blocks. */
final class Submission {

    final long firstTicket;
    final int count;
    final long submittedNanos;

    /** The idempotency key of a single value; null if it has none. */
    final @Nullable ValueKey key;

    private List<Bytes> values;

    /** How many of the values stand in blocks. */
    int sealed;

    /** How many of the values have their outcome. */
    int completed;

    Submission(long firstTicket, List<Bytes> values, @Nullable ValueKey key, long submittedNanos) {
        this.firstTicket = firstTicket;
        this.count = values.size();
        this.values = values;
        this.key = key;
        this.submittedNanos = submittedNanos;
    }

    /** The first value that stands in no block yet. */
    Bytes next() {
        return values.get(sealed);
    }

    void sealNext() {
        if (++sealed == count) {
            values = List.of();
        }
    }

    boolean isSealed() {
        return sealed == count;
    }

    /** The bytes of the values from the first that stands in no block yet. */
    long bytesUnsealed() {
        long bytes = 0;
        for (int i = sealed; i < count; i++) {
            bytes += values.get(i).length();
        }
        return bytes;
    }
}
