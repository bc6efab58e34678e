package io.synod.acceptor;

import io.synod.protocol.Ballot;
import io.synod.protocol.NodeId;
import io.synod.protocol.codec.DatagramWriter;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Promise;
import io.synod.role.Effects;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;

/** Tells what was accepted in pages that fit a datagram each, a bounded number of them for a prepare. */
final class PromisePages {

    private final AcceptorSettings settings;
    private final AcceptedRing ring;
    private final Forming forming;
    private final LongBinaryOperator coveredThrough;
    private final int entryBytesMax;

    /**
     * @param ring what was accepted
     * @param forming the log, and the storage ids that a page names
     * @param coveredThrough up to where a page covers, given the last instance looked at and the highest accepted
     */
    PromisePages(AcceptorSettings settings, AcceptedRing ring, Forming forming, LongBinaryOperator coveredThrough) {
        this.settings = settings;
        this.ring = ring;
        this.forming = forming;
        this.coveredThrough = coveredThrough;
        this.entryBytesMax = DatagramWriter.messageBytesMax(settings.datagramBytesMax())
                - MessageSize.ofEmptyPromise(settings.layout().acceptors());
    }

    /** Sends the pages from an instance on: some of them, if there are many; the proposer asks for the others. */
    void send(NodeId to, Ballot promised, long from, long watermark, Effects effects) {
        long next = from;
        int bytesLeft = settings.replyBytesMax();
        for (int page = 0; page < settings.promisePagesMax() && bytesLeft > 0; page++) {
            List<AcceptedEntry> entries = new ArrayList<>();
            long collected = collect(next, entries);
            long through = coveredThrough.applyAsLong(collected, ring.highest());
            effects.send(to, new Promise(promised, next, through, entries, ring.trimPoint(), watermark,
                    forming.logId(), forming.noted()));
            if (through == Promise.NOTHING_ABOVE) {
                return;
            }
            next = through + 1;
            for (AcceptedEntry entry : entries) {
                bytesLeft -= MessageSize.ofEntry(entry);
            }
        }
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
    private long collect(long from, List<AcceptedEntry> entries) {
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
