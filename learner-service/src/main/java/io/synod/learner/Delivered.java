package io.synod.learner;

import io.synod.protocol.Bytes;
import java.util.List;

/**
 * One instance, delivered. A configured learner hands over every instance in order, also those that deliver no value; the
 * learner inside a client only those that deliver a value of its own sessions.
 *
 * @param instance the instance
 * @param batch what was decided in it
 * @param runs the values delivered at this instance, in order of delivery
 */
public record Delivered(long instance, Bytes batch, List<Run> runs) implements LearnerOutput {

    public Delivered {
        runs = List.copyOf(runs);
    }

    /** Returns how many values were delivered. */
    public int values() {
        int values = 0;
        for (int i = 0; i < runs.size(); i++) {
            values += runs.get(i).count();
        }
        return values;
    }
}
