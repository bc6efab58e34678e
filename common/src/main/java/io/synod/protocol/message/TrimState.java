package io.synod.protocol.message;

import java.util.List;

/**
 * Acceptor to the learner that asked for a trim.
 *
 * @param asked the highest instance that a learner has asked to trim
 * @param trimPoint how far this acceptor has trimmed
 * @param excluded the ids of learners that this acceptor does not wait for
 * @param held what each configured learner holds as far as this acceptor was told, by learner id; 0 if never told
 */
public record TrimState(long asked, long trimPoint, List<Integer> excluded, List<Long> held) implements Message {
    public TrimState {
        excluded = List.copyOf(excluded);
        held = List.copyOf(held);
    }
}
