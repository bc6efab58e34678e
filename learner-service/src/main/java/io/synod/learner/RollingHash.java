package io.synod.learner;

import io.synod.protocol.Mixing;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.message.PrefixHash;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The rolling hash of the delivered log: of what was decided, and of what was delivered of it. It is kept at multiples of
 * {@link ProtocolLimits#HASH_INTERVAL_INSTANCES}, the newest {@link ProtocolLimits#HASHES_MAX} of them (rule S13).
 */
final class RollingHash {

    private final ArrayDeque<PrefixHash> kept = new ArrayDeque<>();
    private long hash;

    RollingHash() {}

    /** Goes on from what a snapshot remembers. */
    RollingHash(long hash, List<PrefixHash> kept) {
        this.hash = hash;
        this.kept.addAll(kept);
    }

    /** Goes on to the next instance. */
    void add(long instance, long checksum, List<Run> runs) {
        long h = Mixing.mix(hash ^ Mixing.mix(instance ^ Long.rotateLeft(checksum, 32)));
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            h = Mixing.mix(h ^ run.session().instance());
            h = Mixing.mix(h ^ ((long) run.session().ordinal() << 32 | run.count()));
            h = Mixing.mix(h ^ run.firstNumber());
        }
        hash = h;
        if (instance % ProtocolLimits.HASH_INTERVAL_INSTANCES != 0) {
            return;
        }
        kept.addLast(new PrefixHash(instance, hash));
        if (kept.size() > ProtocolLimits.HASHES_MAX) {
            kept.removeFirst();
        }
    }

    /** The hash after the last instance. */
    long current() {
        return hash;
    }

    /** The kept hashes by rising instance. */
    List<PrefixHash> kept() {
        return new ArrayList<>(kept);
    }
}
