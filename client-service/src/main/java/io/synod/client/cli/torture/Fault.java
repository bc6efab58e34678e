package io.synod.client.cli.torture;

import java.util.Locale;

/**
 * Something that is done to the cluster for a time.
 *
 * @param atMillis when it begins, from the start of the torture
 * @param millis for how long
 * @param kind what
 * @param victim whom: a process, such as {@code acceptor-0}, {@link #LEADER} for the one whose proposer leads then, or {@link #ALL}
 * @param other the process at the other end of a link; of no meaning for other kinds
 * @param percent of the datagrams that are lost; of no meaning for other kinds
 */
record Fault(long atMillis, long millis, Kind kind, String victim, String other, int percent) {

    static final String LEADER = "leader";
    static final String ALL = "all";

    /** What is done. */
    enum Kind {
        /** {@code kill -9}, and started again afterwards. */
        KILL,
        /** All processes at once, and started again together. */
        KILL_ALL,
        /** {@code SIGSTOP}, and {@code SIGCONT} afterwards. */
        PAUSE,
        /** Halted and let go on many times a second. */
        SLOW,
        /** Hears nothing. */
        CUT_IN,
        /** Is not heard. */
        CUT_OUT,
        /** One process is not heard by one other. */
        CUT_LINK,
        /** Datagrams between all are lost at random. */
        LOSS,
        /** The disk of an acceptor is nearly full. */
        FILL,
        /**
         * An acceptor or a learner is killed, and all that it keeps is deleted. When it is back the acceptor is told to rejoin,
         * and the learner takes the log from another.
         */
        WIPE
    }

    long endMillis() {
        return atMillis + millis;
    }

    /** Returns what happens, in words. */
    String words() {
        String what = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return switch (kind) {
            case KILL_ALL -> what;
            case CUT_LINK -> what + " " + victim + " > " + other;
            case LOSS -> what + " " + percent + " %";
            case KILL, PAUSE, SLOW, CUT_IN, CUT_OUT, FILL, WIPE -> what + " " + victim;
        };
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%6.1f s  %-32s for %.1f s", atMillis / 1e3, words(), millis / 1e3);
    }
}
