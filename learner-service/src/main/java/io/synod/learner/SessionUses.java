package io.synod.learner;

import io.synod.protocol.SessionId;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * Counts, for each session of this client, the distinct other sessions used since it was. A learner inside a client does
 * not know the session table, but a table of n can drop a session as the longest idle only when n - 1 others were used
 * in the same instance or after it. Uses of one instance count for each other, whatever their order: of equals the table
 * drops the lowest id.
 */
final class SessionUses {

    private final int remembered;
    private final LinkedHashMap<SessionId, Long> uses = new LinkedHashMap<>();
    private long instance;
    private int usedInInstance;

    /**
     * @param remembered how many sessions are remembered; a session that was forgotten may be counted twice, which only
     *     makes the count err upwards
     */
    SessionUses(int remembered) {
        this.remembered = remembered;
    }

    void beginInstance(long newInstance) {
        instance = newInstance;
        usedInInstance = 0;
    }

    /** Notes that the log has an opening. */
    void opening(Collection<Session> own) {
        for (Session mine : own) {
            mine.openedSince++;
        }
    }

    /** Notes that a session was used in the current instance. */
    void used(SessionId session, Collection<Session> own) {
        Long before = uses.remove(session);
        uses.put(session, instance);
        if (before != null && before == instance) {
            return;
        }
        usedInInstance++;
        if (uses.size() > remembered) {
            Iterator<SessionId> eldest = uses.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        for (Session mine : own) {
            if (mine.id.equals(session)) {
                mine.othersUsed = usedInInstance - 1;
                mine.openedSince = 0;
            } else if (before == null || before < mine.used) {
                mine.othersUsed++;
            }
        }
    }
}
