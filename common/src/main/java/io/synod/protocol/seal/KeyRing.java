package io.synod.protocol.seal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a node: it seals with the first, and takes what is sealed with any. There is one, or two while keys are
 * rotated. All have the same scope.
 *
 * <p>Its text has a key a line, or between commas; what follows a {@code #} is a comment.
 *
 * @param keys one or two, with different ids
 */
public record KeyRing(List<SealKey> keys) {

    public static final int KEYS_MAX = 2;

    public KeyRing {
        keys = List.copyOf(keys);
        if (keys.isEmpty() || keys.size() > KEYS_MAX) {
            throw new IllegalArgumentException("a ring has one key, or two while keys are rotated, and this has "
                    + keys.size());
        }
        SealKey first = keys.getFirst();
        SealKey last = keys.getLast();
        if (keys.size() > 1 && first.id() == last.id()) {
            throw new IllegalArgumentException("two keys have the id " + first.id() + "; each has one of its own");
        }
        if (first.scope() != last.scope()) {
            throw new IllegalArgumentException("the keys are one for a " + first.scope().label() + " and one for a "
                    + last.scope().label() + "; all have the same scope");
        }
    }

    public static KeyRing of(SealKey... keys) {
        return new KeyRing(List.of(keys));
    }

    /**
     * Reads a ring's text.
     *
     * @throws IllegalArgumentException saying what is wrong, in which line, and what is allowed, and nothing of a secret
     */
    public static KeyRing parse(String text) {
        List<SealKey> keys = new ArrayList<>();
        String[] lines = text.replaceAll("#[^\\n]*", "").split("[\\n,]", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (!line.isEmpty()) {
                try {
                    keys.add(SealKey.parse(line));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("key " + (keys.size() + 1) + ", line " + (i + 1) + ": "
                            + e.getMessage(), e);
                }
            }
        }
        return new KeyRing(keys);
    }

    /** The key to seal with. */
    public SealKey sending() {
        return keys.getFirst();
    }

    public KeyScope scope() {
        return keys.getFirst().scope();
    }

    /** Returns the key of an id, or null if the ring has none. */
    public @Nullable SealKey find(int id) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).id() == id) {
                return keys.get(i);
            }
        }
        return null;
    }

    /** Returns the ring of client keys of the same ids. */
    public KeyRing forClients() {
        return new KeyRing(keys.stream().map(SealKey::forClients).toList());
    }

    /** The ring with its secrets, as {@link #parse} reads it, a key a line. */
    public String text() {
        StringBuilder text = new StringBuilder();
        keys.forEach(key -> text.append(key.text()).append('\n'));
        return text.toString();
    }

    /** Names the keys, without their secrets. */
    @Override
    public String toString() {
        return keys.toString();
    }
}
