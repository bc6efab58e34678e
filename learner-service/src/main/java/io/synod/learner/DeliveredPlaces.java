package io.synod.learner;

import io.synod.protocol.SessionId;
import io.synod.protocol.message.Locate;
import io.synod.protocol.message.Located;
import java.util.ArrayList;
import java.util.Collections;
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

    /** By instance; empty where nothing is remembered. */
    private final List<List<Place>> ring = new ArrayList<>(Collections.nCopies(INSTANCES, List.of()));
    private long first = 1;
    private long last;
    private int runs;

    /** Of what was delivered up to a position nothing is remembered. */
    void begin(long position) {
        ring.replaceAll(_ -> List.of());
        runs = 0;
        first = position + 1;
        last = position;
    }

    /** Takes the next instance. */
    void delivered(long instance, List<Run> delivered) {
        List<Place> places = new ArrayList<>(delivered.size());
        for (int i = 0; i < delivered.size(); i++) {
            Run run = delivered.get(i);
            places.add(new Place(run.session(), run.firstNumber(), run.count(), run.firstIndex()));
        }
        runs += places.size();
        last = instance;
        while (last - first >= INSTANCES || runs > RUNS_MAX && first < last) {
            forgetFirst();
        }
        ring.set(slot(instance), places);
    }

    private void forgetFirst() {
        runs -= ring.set(slot(first), List.of()).size();
        first++;
    }

    /** Returns the answer to a question; null while the instance is not delivered, so that the client asks again. */
    @Nullable
    Located answer(Locate locate) {
        int index = find(locate.instance(), locate.session(), locate.number());
        return index == NOT_YET ? null : new Located(locate.instance(), locate.session(), locate.number(), index);
    }

    /** Returns the index of a value, {@link Located#UNKNOWN}, or {@link #NOT_YET}. */
    int find(long instance, SessionId session, long number) {
        if (instance > last) {
            return NOT_YET;
        }
        for (Place place : instance < first ? List.<Place>of() : ring.get(slot(instance))) {
            long offset = number - place.firstNumber;
            if (offset >= 0 && offset < place.count && place.session.equals(session)) {
                return place.firstIndex + (int) offset;
            }
        }
        return Located.UNKNOWN;
    }

    private static int slot(long instance) {
        return (int) (instance & (INSTANCES - 1));
    }
}
