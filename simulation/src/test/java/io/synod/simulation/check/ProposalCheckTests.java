package io.synod.simulation.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Promise;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposalCheckTests {

    private static final Ballot FIRST = new Ballot(1, 0, 7);
    private static final Ballot SECOND = new Ballot(2, 1, 8);
    private static final Ballot OWN = new Ballot(3, 0, 9);
    private static final Bytes A = Bytes.ofUtf8("a");
    private static final Bytes B = Bytes.ofUtf8("b");

    private static final List<StorageId> LIVES =
            List.of(new StorageId(1, 1), new StorageId(1, 2), new StorageId(1, 3));

    private final ProposalCheck check = new ProposalCheck("proposer-0", 3, 2, new Checks());

    @Test
    void aFreeValueNeedsPagesOfAQuorumThatReportNothing() {
        check.given(0, page(1, Promise.NOTHING_ABOVE, 0));
        assertRefused(5, A);

        check.given(1, page(1, Promise.NOTHING_ABOVE, 0));
        assertAllowed(5, A);
    }

    @Test
    void aPageSpeaksOnlyOfTheInstancesThatItCovers() {
        check.given(0, page(1, Promise.NOTHING_ABOVE, 0));
        check.given(1, page(1, 4, 0));

        assertAllowed(4, A);
        assertRefused(5, A);
    }

    @Test
    void theValueOfTheHighestReportIsProposedAnew() {
        check.given(0, page(1, Promise.NOTHING_ABOVE, 0, new AcceptedEntry(5, FIRST, A)));
        check.given(1, page(1, Promise.NOTHING_ABOVE, 0, new AcceptedEntry(5, SECOND, B)));

        assertRefused(5, A);
    }

    @Test
    void anyQuorumOfThoseThatReportedWillDo() {
        check.given(0, page(1, Promise.NOTHING_ABOVE, 0, new AcceptedEntry(5, SECOND, B)));
        check.given(1, page(1, Promise.NOTHING_ABOVE, 0));
        check.given(2, page(1, Promise.NOTHING_ABOVE, 0));

        assertAllowed(5, A);
    }

    @Test
    void nothingIsProposedWhereAnAcceptorHasTrimmed() {
        check.given(0, page(1, Promise.NOTHING_ABOVE, 5));
        check.given(1, page(1, Promise.NOTHING_ABOVE, 0));

        assertRefused(5, A);
        assertAllowed(6, A);
    }

    @Test
    void aRepeatIsTheSame() {
        check.given(0, page(1, Promise.NOTHING_ABOVE, 0));
        check.given(1, page(1, Promise.NOTHING_ABOVE, 0));
        assertAllowed(5, A);

        assertAllowed(5, A);
        assertThatThrownBy(() -> check.proposes(new Accept(OWN, 5, B))).hasMessageStartingWith("S5");
    }

    /** S10: acceptor 1 knows that the life of acceptor 0 which promised is over. */
    @Test
    void aPromiseOfAFormerLifeIsOfNoQuorumWithOneThatKnowsTheLaterLife() {
        check.given(0, naming(LIVES));
        check.given(1, naming(List.of(new StorageId(2, 9), LIVES.get(1), LIVES.get(2))));
        assertRefused(5, A);

        check.given(2, naming(LIVES));
        assertAllowed(5, A);
    }

    private void assertAllowed(long instance, Bytes value) {
        assertThatCode(() -> check.proposes(new Accept(OWN, instance, value))).doesNotThrowAnyException();
    }

    private void assertRefused(long instance, Bytes value) {
        assertThatThrownBy(() -> check.proposes(new Accept(OWN, instance, value))).hasMessageStartingWith("S4");
    }

    private static Promise page(long from, long through, long trimPoint, AcceptedEntry... entries) {
        return new Promise(OWN, from, through, List.of(entries), trimPoint, 0, new LogId(1), LIVES);
    }

    private static Promise naming(List<StorageId> lives) {
        return new Promise(OWN, 1, Promise.NOTHING_ABOVE, List.of(), 0, 0, new LogId(1), lives);
    }
}
