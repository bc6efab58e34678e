package io.synod.proposer;

import static io.synod.proposer.ProposerRig.entry;
import static io.synod.proposer.ProposerRig.three;
import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Promise;
import org.junit.jupiter.api.Test;

/** Proposers broken on purpose: what the paper tests look at must show it, or they would prove nothing. */
class MutantTests {

    private static final long RETRY_NANOS = 250 * ProposerRig.MILLI;

    /** A phase 1 with one decision broken. */
    private static class Broken extends PhaseOne {
        Broken(Ballot ballot, LogId logId, Quorums quorums, long from, long last) {
            super(ballot, logId, quorums, from, last, RETRY_NANOS, 0);
        }

        Broken(Quorums quorums) {
            this(PhaseOneModel.OWN, ProposerRig.LOG, quorums, 1, Promise.NOTHING_ABOVE);
        }
    }

    @Test
    void aLowerReportedValueIsSeen() {
        PhaseOneModel.Tally tally = PhaseOneModel.checkAll(quorums -> new Broken(quorums) {
            @Override
            boolean supersedes(Ballot reportedBallot, Ballot knownBallot) {
                return reportedBallot.isBelow(knownBallot);
            }
        });
        assertThat(tally.wrong()).isPositive();
    }

    @Test
    void anInstanceTakenAsFreeOnPartialPagesIsSeen() {
        PhaseOneModel.Tally tally = PhaseOneModel.checkAll(quorums -> new Broken(quorums) {
            @Override
            long coverage(long covered, boolean pages) {
                return pages ? Promise.NOTHING_ABOVE : 0;
            }
        });
        assertThat(tally.wrong()).isPositive();
    }

    @Test
    void trimmedTakenAsEmptyIsSeen() {
        ProposerRig rig = rig(new Proposer(three(), 99, ProposerRig.random(1)) {
            @Override
            long decidedThrough(long watermarkNamed, long trimPoint) {
                return 0;
            }

            @Override
            PhaseOne newPhaseOne(Ballot at, LogId logId, long from, long last, long nowNanos) {
                return new Broken(at, logId, three().quorums(), from, last) {
                    @Override
                    long trimFloor() {
                        return 0;
                    }
                };
            }
        });
        rig.acceptorSays(0, rig.page(1, Promise.NOTHING_ABOVE, 20, 20));
        rig.acceptorSays(1, rig.page(1, Promise.NOTHING_ABOVE, 20, 20, entry(21, 1, "x")));
        rig.round();
        assertThat(rig.accepts(2)).extracting(Accept::instance).contains(1L);
    }

    @Test
    void aContradictedPromiseThatIsCountedIsSeen() {
        ProposerRig rig = rig(new Proposer(three(), 99, ProposerRig.random(1)) {
            @Override
            PhaseOne newPhaseOne(Ballot at, LogId logId, long from, long last, long nowNanos) {
                return new Broken(at, logId, three().quorums(), from, last) {
                    @Override
                    boolean contradicts(StorageId named, StorageId own) {
                        return false;
                    }
                };
            }
        });
        rig.acceptorSays(0, rig.lastPage(1));
        rig.storageIds[0] = new StorageId(2, 555);
        rig.acceptorSays(1, rig.lastPage(1));
        rig.round();
        assertThat(rig.state()).isEqualTo(Proposer.State.LEADER);
    }

    private static ProposerRig rig(Proposer proposer) {
        ProposerRig rig = new ProposerRig(three(), proposer);
        rig.campaign();
        return rig;
    }
}
