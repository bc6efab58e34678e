package io.synod.simulation.check;

import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A log is formed once, by all acceptors, and an acceptor that lost what it knew never votes again (rule S10). Knows what
 * every life of every store has noted.
 */
final class FormingCheck {

    private final Checks checks;
    /** By the acceptor that noted, and the one whose storage id was noted. */
    private final List<List<Set<StorageId>>> noted;
    private final StorageId[] voted;
    private LogId log = LogId.UNKNOWN;

    FormingCheck(int acceptors, Checks checks) {
        this.checks = checks;
        this.noted = IntStream.range(0, acceptors)
                .mapToObj(_ -> Stream.generate(() -> (Set<StorageId>) new LinkedHashSet<StorageId>())
                        .limit(acceptors)
                        .toList())
                .toList();
        this.voted = new StorageId[acceptors];
        java.util.Arrays.fill(voted, StorageId.UNKNOWN);
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

    /** An acceptor states something that only a voter may. */
    void votes(int acceptor, StorageId own) {
        checks.that(
                !voted[acceptor].isKnown() || voted[acceptor].equals(own),
                "S10",
                "acceptor %d votes with storage id %s after it did with %s",
                acceptor,
                own,
                voted[acceptor]);
        voted[acceptor] = own;
    }
}
