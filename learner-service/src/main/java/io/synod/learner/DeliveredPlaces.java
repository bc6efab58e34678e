package io.synod.learner;

import io.synod.protocol.SessionId;
import io.synod.protocol.message.Located;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of the newest instances stand among the deliveries of their instance, for clients that cannot know it
 * ({@link io.synod.protocol.message.Locate}). Of the values themselves nothing is kept. Bounded in instances and in runs.
 */
final class DeliveredPlaces {

    /** As an answer: the instance is not delivered yet. */
    static final int NOT_YET = -2;

    /** A power of two; some seconds' worth, and a client asks within a round trip. */
    private static final int INSTANCES = 4_096;

    private static final int RUNS_MAX = 1 << 16;

    private record Place(SessionId session, long firstNumber, int count, int firstIndex) {}

    private final Place @Nullable [][] ring = new Place[INSTANCES][];
    private long first = 1;
    private long last;
    private int runs;

    /** Takes the next instance. */
    void delivered(long instance, List<Run> delivered) {
        if (last == 0) {
            first = instance;
        }
        Place[] places = new Place[delivered.size()];
        for (int i = 0; i < places.length; i++) {
            Run run = delivered.get(i);
            places[i] = new Place(run.session(), run.firstNumber(), run.count(), run.firstIndex());
        }
        runs += places.length;
        last = instance;
        while (last - first >= INSTANCES || runs > RUNS_MAX && first < last) {
            forgetFirst();
        }
        ring[slot(instance)] = places;
    }

    private void forgetFirst() {
        Place[] forgotten = ring[slot(first)];
        runs -= forgotten == null ? 0 : forgotten.length;
        ring[slot(first)] = null;
        first++;
    }

    /** Returns the index of a value, {@link Located#UNKNOWN}, or {@link #NOT_YET}. */
    int find(long instance, SessionId session, long number) {
        if (instance > last) {
            return NOT_YET;
        }
        Place[] places = instance < first ? null : ring[slot(instance)];
        if (places != null) {
            for (Place place : places) {
                long offset = number - place.firstNumber;
                if (offset >= 0 && offset < place.count && place.session.equals(session)) {
                    return place.firstIndex + (int) offset;
                }
            }
        }
        return Located.UNKNOWN;
    }

    private static int slot(long instance) {
        return (int) (instance & (INSTANCES - 1));
    }
}
