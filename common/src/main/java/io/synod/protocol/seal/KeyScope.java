package io.synod.protocol.seal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the holder of a key can speak as. */
public enum KeyScope {
    /** As any node of the cluster: what acceptors, proposers, learners and replicas hold. */
    CLUSTER,
    /**
     * As a client alone. It follows from the cluster key of the same id, and not the other way round: whoever holds it can
     * neither read nor forge what nodes of the cluster say to each other.
     */
    CLIENT;

    /** The word for it in a file of keys. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<KeyScope> of(String label) {
        return Arrays.stream(values()).filter(scope -> scope.label().equals(label)).findFirst();
    }

    static String labels() {
        return Arrays.stream(values()).map(KeyScope::label).collect(Collectors.joining(" or "));
    }
}
