package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Promise;

/**
 * Judges numbers that come from outside, so that arithmetic on them cannot overflow. No cluster reaches these bounds:
 * 2^62 instances last for a century at a billion a second.
 */
final class Plausible {

    static final long INSTANCE_MAX = 1L << 62;
    static final long ROUND_MAX = 1L << 62;

    private Plausible() {}

    static boolean isPosition(long instance) {
        return instance >= 0 && instance <= INSTANCE_MAX;
    }

    static boolean isBallot(Ballot ballot) {
        return ballot.round() >= 0 && ballot.round() <= ROUND_MAX;
    }

    /** Returns whether a page is one that an acceptor can have sent: ranges and entries in order, ballots not above its own. */
    static boolean isPage(Promise page, int acceptors) {
        if (page.from() < 1
                || page.from() > INSTANCE_MAX
                || page.through() < page.from()
                || (page.through() > INSTANCE_MAX && page.through() != Promise.NOTHING_ABOVE)
                || !isPosition(page.trimPoint())
                || !isPosition(page.watermark())
                || page.storageIds().size() != acceptors) {
            return false;
        }
        long previous = page.from() - 1;
        for (int i = 0; i < page.entries().size(); i++) {
            AcceptedEntry entry = page.entries().get(i);
            if (entry.instance() <= previous
                    || entry.instance() > page.through()
                    || entry.instance() > INSTANCE_MAX
                    || entry.ballot().isAbove(page.ballot())) {
                return false;
            }
            previous = entry.instance();
        }
        return true;
    }
}
