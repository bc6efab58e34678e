package io.synod.simulation.check;

import io.synod.protocol.LogId;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A log is formed once, by all acceptors, and an acceptor that lost what it knew votes again only in a later life that so many
 * others have noted that no promise of a former one can count (rule S10). Knows what every life of every store has noted.
 */
final class FormingCheck {

    private final Checks checks;
    /** By the acceptor that noted, and the one whose storage id was noted. */
    private final List<List<Set<StorageId>>> noted;
    private final StorageId[] voted;
    /** By acceptor: the lives that were let in after the first. */
    private final List<Set<StorageId>> admitted;
    private final int answersNeeded;
    private LogId log = LogId.UNKNOWN;

    FormingCheck(Quorums quorums, Checks checks) {
        this.checks = checks;
        int acceptors = quorums.acceptors();
        this.answersNeeded = Math.max(acceptors - quorums.phase1() + 1, (acceptors + 1) / 2);
        this.admitted = sets(acceptors);
        this.noted = IntStream.range(0, acceptors)
                .mapToObj(_ -> sets(acceptors))
                .toList();
        this.voted = new StorageId[acceptors];
        Arrays.fill(voted, StorageId.UNKNOWN);
    }

    private static List<Set<StorageId>> sets(int count) {
        return Stream.generate(() -> (Set<StorageId>) new LinkedHashSet<StorageId>())
                .limit(count)
                .toList();
    }

    /** The log that was formed, or {@link LogId#UNKNOWN}. */
    LogId log() {
        return log;
    }

    void noted(int by, int acceptor, StorageId storageId) {
        noted.get(by).get(acceptor).add(storageId);
    }

    /** An acceptor's store records that the log is formed. */
    void formed(int acceptor, StorageId own, LogId formed) {
        checks.that(
                !log.isKnown() || log.equals(formed), "S10", "log %s is formed beside log %s", formed, log);
        log = formed;
        for (int other = 0; other < noted.size(); other++) {
            Set<StorageId> known = noted.get(other).get(acceptor);
            checks.that(
                    other == acceptor || known.contains(own),
                    "S10",
                    "acceptor %d of storage id %s joins log %s, but acceptor %d has noted %s",
                    acceptor,
                    own,
                    formed,
                    other,
                    known);
        }
    }

    /** An acceptor is admitted to rejoin the log. */
    void admitted(int acceptor, StorageId own, LogId rejoined) {
        checks.that(log.equals(rejoined), "S10", "acceptor %d rejoins log %s beside log %s", acceptor, rejoined, log);
        int answers = 0;
        for (int other = 0; other < noted.size(); other++) {
            answers += other != acceptor && noted.get(other).get(acceptor).contains(own) ? 1 : 0;
        }
        checks.that(
                answers >= answersNeeded,
                "S10",
                "acceptor %d rejoins as %s, which %d others have noted of %d",
                acceptor,
                own,
                answers,
                answersNeeded);
        admitted.get(acceptor).add(own);
    }

    /** An acceptor that may vote takes another storage id, and has forgotten nothing. */
    void renamed(int acceptor, StorageId own) {
        admitted.get(acceptor).add(own);
    }

    /** An acceptor states something that only a voter may. */
    void votes(int acceptor, StorageId own) {
        checks.that(
                !voted[acceptor].isKnown()
                        || voted[acceptor].equals(own)
                        || (admitted.get(acceptor).contains(own)
                                && own.generation() > voted[acceptor].generation()),
                "S10",
                "acceptor %d votes with storage id %s after it did with %s",
                acceptor,
                own,
                voted[acceptor]);
        voted[acceptor] = own;
    }
}
