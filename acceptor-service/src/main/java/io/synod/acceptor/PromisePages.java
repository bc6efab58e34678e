package io.synod.acceptor;

import io.synod.protocol.codec.DatagramWriter;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import java.util.List;

/** Cuts what was accepted into pages that fit a datagram. */
final class PromisePages {

    private final int entryBytesMax;

    /**
     * @param datagramBytesMax the largest datagram, in bytes
     * @param acceptors how many acceptors a page names
     */
    PromisePages(int datagramBytesMax, int acceptors) {
        entryBytesMax = DatagramWriter.messageBytesMax(datagramBytesMax) - MessageSize.ofEmptyPromise(acceptors);
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
            bytes += MessageSize.ofEntry(entry);
            if (bytes > entryBytesMax && !entries.isEmpty()) {
                return instance - 1;
            }
            entries.add(entry);
        }
        return Math.max(from, ring.highest());
    }
}
