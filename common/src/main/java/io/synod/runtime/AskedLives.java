package io.synod.runtime;

import io.synod.protocol.Mixing;
import io.synod.protocol.NodeType;

/**
 * When lives that are not heard were last asked to say back a token. Each has a time of its own between two questions, so
 * whoever sends what he recorded of one life over and over keeps no other life of the same node from being asked. Of two
 * that share a place the newer is remembered; so there may be a question more, never one less. Not thread-safe.
 */
final class AskedLives {

    private static final int PLACES = 1_024;

    private final long[] lives = new long[PLACES];
    private final long[] askedNanos = new long[PLACES];

    /** Returns whether a life was not asked within a time. */
    boolean mayAsk(NodeType type, int id, long incarnation, long nowNanos, long intervalNanos) {
        long life = lifeOf(type, id, incarnation);
        int place = placeOf(life);
        return lives[place] != life || nowNanos - askedNanos[place] >= intervalNanos;
    }

    /** A life is asked now. */
    void asked(NodeType type, int id, long incarnation, long nowNanos) {
        long life = lifeOf(type, id, incarnation);
        int place = placeOf(life);
        lives[place] = life;
        askedNanos[place] = nowNanos;
    }

    /** A life has answered: at another address it is asked at once. */
    void answered(NodeType type, int id, long incarnation) {
        long life = lifeOf(type, id, incarnation);
        int place = placeOf(life);
        if (lives[place] == life) {
            lives[place] = 0;
        }
    }

    private static long lifeOf(NodeType type, int id, long incarnation) {
        return Mixing.mix(Mixing.mix(incarnation) + ((long) type.code() << Integer.SIZE) + id);
    }

    private static int placeOf(long life) {
        return (int) life & (PLACES - 1);
    }
}
