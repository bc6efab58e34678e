package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * Rule S4 over a small domain, enumerated whole: all ways in which three acceptors can have accepted in two instances at two
 * ballots, and all ways in which their pages can come: as one page or two, some of them lost, in order or not; for each
 * size of a phase-1 quorum.
 */
final class PhaseOneModel {

    static final Ballot OWN = new Ballot(9, 0, 99);
    private static final List<StorageId> IDS =
            List.of(new StorageId(1, 1), new StorageId(1, 2), new StorageId(1, 3));

    /** Makes what is checked. */
    interface Factory {
        PhaseOne create(Quorums quorums);
    }

    static final Factory GENUINE = quorums -> new PhaseOne(OWN, ProposerRig.LOG, quorums, 1, Promise.NOTHING_ABOVE,
            250 * ProposerRig.MILLI, 0);

    /**
     * What came of it.
     *
     * @param cases how many combinations there are
     * @param covered how many instances a quorum covered in them
     * @param wrong in how many combinations the answer was not that of the model
     */
    record Tally(long cases, long covered, long wrong) {}

    private final int quorum;
    private final boolean[][] covered = new boolean[3][3];
    private final long[] highest = new long[3];

    private PhaseOneModel(int quorum) {
        this.quorum = quorum;
    }

    static Tally checkAll(Factory factory) {
        long cases = 0;
        long covered = 0;
        long wrong = 0;
        for (int accepted = 0; accepted < 729; accepted++) {
            for (int arrival = 0; arrival < 125; arrival++) {
                for (int quorum = 1; quorum <= 3; quorum++) {
                    PhaseOne phase = factory.create(new Quorums(3, quorum, 3));
                    PhaseOneModel model = new PhaseOneModel(quorum);
                    deliver(accepted, arrival, phase, model);
                    cases++;
                    covered += (model.covers(1) ? 1 : 0) + (model.covers(2) ? 1 : 0);
                    wrong += model.agrees(phase, 1) && model.agrees(phase, 2) ? 0 : 1;
                }
            }
        }
        return new Tally(cases, covered, wrong);
    }

    private static void deliver(int accepted, int arrival, PhaseOne phase, PhaseOneModel model) {
        for (int a = 0; a < 3; a++) {
            int first = accepted / power(9, a) % 3;
            int second = accepted / power(9, a) / 3 % 3;
            Promise whole = page(1, Promise.NOTHING_ABOVE, first, second);
            Promise low = page(1, 1, first, 0);
            Promise high = page(2, Promise.NOTHING_ABOVE, 0, second);
            List<Promise> pages =
                    switch (arrival / power(5, a) % 5) {
                        case 0 -> List.of();
                        case 1 -> List.of(whole);
                        case 2 -> List.of(low);
                        case 3 -> List.of(low, high);
                        default -> List.of(high, low);
                    };
            for (Promise page : pages) {
                phase.onPage(a, page, 0);
                model.onPage(a, page);
            }
        }
    }

    private void onPage(int acceptor, Promise page) {
        boolean hole = page.from() == 2 && !covered[acceptor][1];
        boolean allToldAndNothingReported = covers(2) && highest[1] == 0 && highest[2] == 0;
        if (hole || allToldAndNothingReported) {
            return;
        }
        for (long i = page.from(); i <= Math.min(2, page.through()); i++) {
            covered[acceptor][(int) i] = true;
        }
        for (AcceptedEntry entry : page.entries()) {
            int i = (int) entry.instance();
            highest[i] = Math.max(highest[i], entry.ballot().round());
        }
    }

    private boolean covers(int instance) {
        int count = 0;
        for (boolean[] acceptor : covered) {
            count += acceptor[instance] ? 1 : 0;
        }
        return count >= quorum;
    }

    private boolean agrees(PhaseOne phase, int instance) {
        if (phase.covers(instance) != covers(instance)) {
            return false;
        }
        if (!covers(instance)) {
            return true;
        }
        AcceptedEntry report = phase.reportedIn(instance);
        return (report == null ? 0 : report.ballot().round()) == highest[instance];
    }

    /** A page that reports an entry of round {@code first} in instance 1 and of round {@code second} in 2; 0 for none. */
    static Promise page(long from, long through, int first, int second) {
        List<AcceptedEntry> entries = new ArrayList<>();
        if (first > 0) {
            entries.add(ProposerRig.entry(1, first, "1." + first));
        }
        if (second > 0) {
            entries.add(ProposerRig.entry(2, second, "2." + second));
        }
        return new Promise(OWN, from, through, entries, 0, 0, ProposerRig.LOG, IDS);
    }

    private static int power(int base, int exponent) {
        int power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= base;
        }
        return power;
    }
}
