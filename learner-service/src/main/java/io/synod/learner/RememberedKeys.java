package io.synod.learner;

import io.synod.protocol.Digest;
import io.synod.protocol.SessionLimits;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The idempotency keys of delivered values, whatever session they came in, and where each value stands. A key is forgotten as
 * a session expires: when more instances than the limits say have passed since an entry named it. At the limit the longest
 * unused goes first, and that is counted. All of it is a function of the log (rule S8).
 */
final class RememberedKeys {

    /** A key, and the value that was delivered under it. */
    static final class Remembered {
        final Digest key;
        final Digest value;
        final long instance;
        final int index;

        /** The instance in which an entry last named the key. */
        long used;

        Remembered(Digest key, Digest value, long instance, int index, long used) {
            this.key = key;
            this.value = value;
            this.instance = instance;
            this.index = index;
            this.used = used;
        }
    }

    /** The longest unused first. */
    private final LinkedHashMap<Digest, Remembered> keys = new LinkedHashMap<>();

    private long forgotten;

    RememberedKeys() {}

    /** Goes on from what a snapshot remembers, the longest unused first. */
    RememberedKeys(List<Remembered> remembered) {
        for (Remembered one : remembered) {
            keys.put(one.key, one);
        }
    }

    int size() {
        return keys.size();
    }

    /** The keys, the longest unused first. */
    Collection<Remembered> all() {
        return keys.values();
    }

    /** How many keys went before their time, because there was no room. */
    long forgotten() {
        return forgotten;
    }

    @Nullable
    Remembered find(Digest key) {
        return keys.get(key);
    }

    /** Forgets the keys that were unused for too long, as of an instance. */
    void expire(long instance, SessionLimits limits) {
        Map.Entry<Digest, Remembered> longest = keys.firstEntry();
        while (longest != null && instance - longest.getValue().used > limits.expiryInstances()) {
            keys.pollFirstEntry();
            longest = keys.firstEntry();
        }
    }

    /** An entry of an instance names a key that is remembered. */
    void use(Remembered known, long instance) {
        known.used = instance;
        keys.putLast(known.key, known);
    }

    /**
     * Remembers the key of a value that is delivered.
     *
     * @return whether another key had to go for it
     */
    boolean remember(Remembered delivered, SessionLimits limits) {
        boolean full = keys.size() >= limits.keysMax();
        if (full) {
            keys.pollFirstEntry();
            forgotten++;
        }
        keys.putLast(delivered.key, delivered);
        return full;
    }
}
