package io.synod.simulation.check;

import io.synod.protocol.Quorums;
import io.synod.simulation.check.SubmittedValues.Position;
import java.util.ArrayList;
import java.util.List;

/** The decided log, what it delivers by the rules of sessions, and what users know of that. */
public final class LogMirror {

    private final DecidedLog decided;
    private final SubmittedValues submitted;
    private final ReferenceSessions sessions = new ReferenceSessions();
    private final List<List<ReferenceSessions.Delivery>> deliveries = new ArrayList<>();

    public LogMirror(Quorums quorums, Checks checks) {
        this.decided = new DecidedLog(quorums, checks);
        this.submitted = new SubmittedValues(checks);
    }

    public DecidedLog decided() {
        return decided;
    }

    public SubmittedValues submitted() {
        return submitted;
    }

    /** What an instance delivers; all instances up to it must be decided. */
    List<ReferenceSessions.Delivery> deliveries(long instance) {
        return deliveries.get((int) instance - 1);
    }

    /** Works out what newly decided instances deliver. */
    void catchUp() {
        while (deliveries.size() < decided.watermark()) {
            long instance = deliveries.size() + 1L;
            List<ReferenceSessions.Delivery> next = sessions.apply(instance, decided.decided(instance));
            deliveries.add(next);
            for (int index = 0; index < next.size(); index++) {
                ReferenceSessions.Delivery delivery = next.get(index);
                submitted.delivered(
                        delivery.session(), delivery.value(), new Position(instance, index),
                        sessions.keysRememberedSince());
            }
        }
    }
}
