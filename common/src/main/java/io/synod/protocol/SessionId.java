package io.synod.protocol;

/**
 * Names a client's session by the place in the log where it was opened.
 *
 * @param instance the instance that holds the opening entry
 * @param ordinal the position of the opening entry among the entries of that instance, from 0
 */
public record SessionId(long instance, int ordinal) implements Comparable<SessionId> {

    @Override
    public int compareTo(SessionId other) {
        int byInstance = Long.compare(instance, other.instance);
        return byInstance != 0 ? byInstance : Integer.compare(ordinal, other.ordinal);
    }

    @Override
    public int hashCode() {
        return (int) Mixing.mix(instance * 31 + ordinal);
    }

    @Override
    public String toString() {
        return instance + "/" + ordinal;
    }
}
