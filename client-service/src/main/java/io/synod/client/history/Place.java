package io.synod.client.history;

/**
 * A position of the delivered log.
 *
 * @param instance the instance, from 1
 * @param index the index among the values delivered in that instance, from 0; below 0 where it is not known
 */
public record Place(long instance, int index) implements Comparable<Place> {

    static final Place BEFORE_ALL = new Place(0, 0);

    @Override
    public int compareTo(Place other) {
        int order = Long.compare(instance, other.instance);
        return order != 0 ? order : Integer.compare(index, other.index);
    }

    @Override
    public String toString() {
        return instance + ":" + (index < 0 ? "?" : index);
    }
}
