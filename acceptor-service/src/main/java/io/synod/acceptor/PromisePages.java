package io.synod.acceptor;

import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import java.util.List;

/** Cuts what was accepted into pages that fit a datagram. */
final class PromisePages {

    /** The headers of a datagram and a message, room for what seals them, and a page's fixed fields, in bytes. */
    static final int PAGE_OVERHEAD_BYTES = 128;

    /** What a page says of each acceptor: its storage id, in bytes. */
    static final int ACCEPTOR_BYTES = 16;

    /** What stands before an entry's value: instance, ballot and length, in bytes. */
    static final int ENTRY_OVERHEAD_BYTES = 32;

    private final int entryBytesMax;

    /**
     * @param datagramBytesMax the largest datagram, in bytes
     * @param acceptors how many acceptors a page names
     */
    PromisePages(int datagramBytesMax, int acceptors) {
        entryBytesMax = datagramBytesMax - PAGE_OVERHEAD_BYTES - acceptors * ACCEPTOR_BYTES;
    }

    /**
     * Collects the entries of the page that begins at an instance. A page has at least one entry if there is any, so a
     * value larger than a datagram travels alone, in fragments.
     *
     * @param from the first instance of the page
     * @param entries where to put what was accepted, by rising instance
     * @return the last instance of which {@code entries} tells everything; at or above the ring's highest when it ends
     *     there
     */
    long collect(AcceptedRing ring, long from, List<AcceptedEntry> entries) {
        int bytes = 0;
        for (long instance = Math.max(from, ring.trimPoint() + 1); instance <= ring.highest(); instance++) {
            Accepted accepted = ring.get(instance);
            if (accepted == null) {
                continue;
            }
            AcceptedEntry entry =
                    new AcceptedEntry(instance, accepted.ballot(), AcceptedRing.valueOf(accepted));
            bytes += bytesOf(entry);
            if (bytes > entryBytesMax && !entries.isEmpty()) {
                return instance - 1;
            }
            entries.add(entry);
        }
        return Math.max(from, ring.highest());
    }

    static int bytesOf(AcceptedEntry entry) {
        return ENTRY_OVERHEAD_BYTES + entry.value().length();
    }
}
