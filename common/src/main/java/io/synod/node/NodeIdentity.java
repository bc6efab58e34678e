package io.synod.node;

import io.synod.config.NodeDescription;
import io.synod.protocol.NodeId;
import io.synod.protocol.StorageId;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** This life of the process: what is drawn at random once, at its start. */
public final class NodeIdentity {

    private final SecureRandom secure = new SecureRandom();
    private final NodeDescription description;
    private final long incarnation;

    public NodeIdentity(NodeDescription description) {
        this.description = description;
        this.incarnation = drawNotZero();
    }

    private long drawNotZero() {
        long drawn = secure.nextLong();
        while (drawn == 0) {
            drawn = secure.nextLong();
        }
        return drawn;
    }

    /** Names this life of the process; never 0. */
    public long incarnation() {
        return incarnation;
    }

    /** The name by which others know the node. */
    public NodeId nodeId() {
        return description.nodeId(incarnation);
    }

    /** Returns a new generator for one role: fast, and seeded so that it cannot be guessed. */
    public RandomGenerator newRandom() {
        return new SplittableRandom(secure.nextLong());
    }

    /** Returns a generator that nobody can guess, for what guards against forgery. */
    public RandomGenerator secureRandom() {
        return secure;
    }

    /** Draws the id of a store that lives in memory: another one in each life of the process. */
    public StorageId drawStorageId() {
        return new StorageId(1, drawNotZero());
    }
}
