package io.synod.simulation.check;

import io.synod.protocol.Ballot;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds what one life of a proposer proposes against the promises that it was given (rule S4): some phase-1 quorum's pages
 * must cover the instance, and the value be that of the highest ballot they report, or any where they report none; and
 * nothing is proposed at or below a trim point that a page named.
 */
public final class ProposalCheck {

    private final String proposer;
    private final int phase1;
    private final Checks checks;
    private final List<List<Promise>> pages = new ArrayList<>();
    private final TreeMap<Long, Long> proposed = new TreeMap<>();
    private Ballot ballot = Ballot.NONE;
    private long trimPoint;

    public ProposalCheck(String proposer, int acceptors, int phase1, Checks checks) {
        this.proposer = proposer;
        this.phase1 = phase1;
        this.checks = checks;
        for (int acceptor = 0; acceptor < acceptors; acceptor++) {
            pages.add(new ArrayList<>());
        }
    }

    /** The proposer is given a page. */
    public void given(int acceptor, Promise page) {
        if (page.ballot().isAbove(ballot)) {
            begin(page.ballot());
        }
        if (page.ballot().equals(ballot)) {
            pages.get(acceptor).add(page);
            trimPoint = Math.max(trimPoint, page.trimPoint());
        }
    }

    /** The proposer proposes, or repeats what it proposed. */
    public void proposes(Accept accept) {
        if (accept.ballot().isAbove(ballot)) {
            begin(accept.ballot());
        }
        checks.that(
                accept.ballot().equals(ballot), "S4", "%s proposes at %s after %s", proposer, accept.ballot(), ballot);
        long checksum = accept.value().checksum();
        Long before = proposed.get(accept.instance());
        if (before != null) {
            checks.that(
                    before == checksum,
                    "S5",
                    "%s proposes two values in instance %d at %s",
                    proposer,
                    accept.instance(),
                    ballot);
        } else {
            judge(accept.instance(), checksum);
            proposed.put(accept.instance(), checksum);
        }
    }

    private void begin(Ballot next) {
        ballot = next;
        trimPoint = 0;
        proposed.clear();
        pages.forEach(List::clear);
    }

    private void judge(long instance, long checksum) {
        checks.that(
                instance > trimPoint,
                "S4",
                "%s proposes in instance %d, but an acceptor has trimmed to %d",
                proposer,
                instance,
                trimPoint);
        List<@Nullable AcceptedEntry> reports = new ArrayList<>();
        for (List<Promise> given : pages) {
            report(given, instance, reports);
        }
        checks.that(
                isAllowed(reports, checksum),
                "S4",
                "%s proposes %x in instance %d at %s; the pages in hand report %s there",
                proposer,
                checksum,
                instance,
                ballot,
                reports);
    }

    /** Adds what an acceptor's pages say of an instance, null for nothing accepted; adds nothing if none covers it. */
    private static void report(List<Promise> given, long instance, List<@Nullable AcceptedEntry> reports) {
        boolean covered = false;
        AcceptedEntry highest = null;
        for (Promise page : given) {
            if (page.from() <= instance && instance <= page.through()) {
                covered = true;
                for (AcceptedEntry entry : page.entries()) {
                    if (entry.instance() == instance
                            && (highest == null || entry.ballot().isAbove(highest.ballot()))) {
                        highest = entry;
                    }
                }
            }
        }
        if (covered) {
            reports.add(highest);
        }
    }

    /** Whether some phase-1 quorum of the reports allows the value. */
    private boolean isAllowed(List<@Nullable AcceptedEntry> reports, long checksum) {
        if (countUpTo(reports, Ballot.NONE) >= phase1) {
            return true;
        }
        for (AcceptedEntry report : reports) {
            if (report != null
                    && report.value().checksum() == checksum
                    && countUpTo(reports, report.ballot()) >= phase1) {
                return true;
            }
        }
        return false;
    }

    private static int countUpTo(List<@Nullable AcceptedEntry> reports, Ballot highest) {
        int count = 0;
        for (AcceptedEntry report : reports) {
            count += report == null || !report.ballot().isAbove(highest) ? 1 : 0;
        }
        return count;
    }
}
