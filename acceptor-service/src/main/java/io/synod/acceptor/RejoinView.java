package io.synod.acceptor;

import io.synod.protocol.Ballot;
import java.util.List;

/**
 * How an acceptor's way back stands at one moment. Immutable.
 *
 * @param stage how far it has come
 * @param remedy what an operator can do for it
 * @param waitsFor while it asks: the acceptors that have not answered, or do not vote themselves
 * @param above the ballot above which it accepts alone, or {@link Ballot#NONE}
 * @param missing while it takes in what the leader proposes anew: the first instance that it lacks; otherwise 0
 * @param last the last instance that it must have; 0 while no leader has told it
 */
public record RejoinView(
        RejoinState.Stage stage, Remedy remedy, List<Integer> waitsFor, Ballot above, long missing, long last) {

    public RejoinView {
        waitsFor = List.copyOf(waitsFor);
    }
}
