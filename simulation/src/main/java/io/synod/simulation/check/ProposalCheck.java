package io.synod.simulation.check;

import io.synod.protocol.Ballot;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds what one life of a proposer proposes against the promises that it was given (rule S4): some phase-1 quorum's pages
 * must cover the instance, and the value be that of the highest ballot they report, or any where they report none; and
 * nothing is proposed at or below a trim point that a page named. Of such a quorum none may know a later life of another than
 * the one whose promise is counted (S10).
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
        Map<Integer, @Nullable AcceptedEntry> reports = new LinkedHashMap<>();
        for (int acceptor = 0; acceptor < pages.size(); acceptor++) {
            report(acceptor, instance, reports);
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
    private void report(int acceptor, long instance, Map<Integer, @Nullable AcceptedEntry> reports) {
        boolean covered = false;
        AcceptedEntry highest = null;
        for (Promise page : pages.get(acceptor)) {
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
            reports.put(acceptor, highest);
        }
    }

    /** Whether some phase-1 quorum of the reports allows the value. */
    private boolean isAllowed(Map<Integer, @Nullable AcceptedEntry> reports, long checksum) {
        if (isQuorum(reports, Ballot.NONE)) {
            return true;
        }
        for (AcceptedEntry report : reports.values()) {
            if (report != null && report.value().checksum() == checksum && isQuorum(reports, report.ballot())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a phase-1 quorum, of which none contradicts another, reports nothing above a ballot. */
    private boolean isQuorum(Map<Integer, @Nullable AcceptedEntry> reports, Ballot highest) {
        List<Integer> low = new ArrayList<>();
        reports.forEach((acceptor, report) -> {
            if (report == null || !report.ballot().isAbove(highest)) {
                low.add(acceptor);
            }
        });
        for (int subset = 0; subset < 1 << low.size(); subset++) {
            List<Integer> quorum = new ArrayList<>();
            for (int i = 0; i < low.size(); i++) {
                if ((subset & 1 << i) != 0) {
                    quorum.add(low.get(i));
                }
            }
            if (quorum.size() == phase1
                    && quorum.stream()
                            .noneMatch(a -> quorum.stream().anyMatch(b -> !a.equals(b) && contradicts(b, a)))) {
                return true;
            }
        }
        return false;
    }

    /** Whether all that an acceptor's pages say of another's life is that it is over. */
    private boolean contradicts(int by, int acceptor) {
        for (Promise said : pages.get(by)) {
            for (Promise own : pages.get(acceptor)) {
                StorageId life = own.storageIds().get(acceptor);
                StorageId named = said.storageIds().get(acceptor);
                if (named.equals(life) || named.generation() < life.generation()) {
                    return false;
                }
            }
        }
        return true;
    }
}
