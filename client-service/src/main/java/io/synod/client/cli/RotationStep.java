package io.synod.client.cli;

import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;

/**
 * A step of a rotation. A file of keys allows one of them at a time, and tells which by its keys alone:
 *
 * <table>
 * <caption>What a ring allows next</caption>
 * <tr><th>keys</th><th>seals with</th><th>allowed</th></tr>
 * <tr><td>one</td><td>that one</td><td>{@code ADD}</td></tr>
 * <tr><td>two</td><td>the older</td><td>{@code PROMOTE}</td></tr>
 * <tr><td>two</td><td>the newer</td><td>{@code RETIRE}</td></tr>
 * </table>
 *
 * <p>Of two keys the newer is the one whose id is among the {@value #LATER_IDS} that come after the other's, counted
 * round: 1 comes after 255. There are twice as many other ids, so of any two one is the newer.
 */
enum RotationStep {
    ADD("--add"),
    PROMOTE("--promote"),
    RETIRE("--retire");

    /** How many ids there are: an odd number, so that no two lie opposite each other. */
    private static final int IDS = SealKey.ID_MAX - SealKey.ID_MIN + 1;
    /** How many ids are later than one. */
    static final int LATER_IDS = (IDS - 1) / 2;

    private final String option;

    RotationStep(String option) {
        this.option = option;
    }

    /** As it is said on the command line. */
    String option() {
        return option;
    }

    /** Returns the step that a ring allows. */
    static RotationStep next(KeyRing ring) {
        if (ring.keys().size() < KeyRing.KEYS_MAX) {
            return ADD;
        }
        return isLater(ring.sending().id(), ring.keys().getLast().id()) ? RETIRE : PROMOTE;
    }

    /** Returns whether an id is one that a newer key has. */
    static boolean isLater(int id, int than) {
        int ahead = Math.floorMod(id - than, IDS);
        return ahead > 0 && ahead <= LATER_IDS;
    }

    /** Returns the id that comes a number of places after another. */
    static int idAfter(int id, int places) {
        return (id - SealKey.ID_MIN + places) % IDS + SealKey.ID_MIN;
    }

    /** Names the ids that are later than one, as they are said to be allowed. */
    static String laterIds(int than) {
        int first = idAfter(than, 1);
        int last = idAfter(than, LATER_IDS);
        return first <= last
                ? range(first, last)
                : range(first, SealKey.ID_MAX) + " and " + range(SealKey.ID_MIN, last);
    }

    private static String range(int first, int last) {
        return first == last ? String.valueOf(first) : first + " to " + last;
    }
}
