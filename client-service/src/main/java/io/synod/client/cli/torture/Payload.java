package io.synod.client.cli.torture;

/**
 * The texts that are submitted: an id, and filler that follows from the id, so that the id alone needs to be kept. Most are short, some
 * of some kilobytes, and a few too large for one datagram.
 */
final class Payload {

    private static final int SHORT_CHARS_MAX = 160;
    private static final int MEDIUM_CHARS_MAX = 4_096;
    private static final int LARGE_CHARS_MIN = 70_000;
    private static final int LARGE_CHARS_MAX = 150_000;
    /** Of two thousand values one is large, and a hundred are of medium length. */
    private static final int KINDS = 2_000;
    private static final int MEDIUM_BELOW = 101;

    private Payload() {}

    /** Returns the text of an id, which holds no blank. */
    static String of(String id) {
        int hash = mixed(id.hashCode());
        int kind = Math.floorMod(hash, KINDS);
        int draw = (hash >>> 11) & 0xFFFFF;
        int length = kind == 0
                ? LARGE_CHARS_MIN + draw % (LARGE_CHARS_MAX - LARGE_CHARS_MIN)
                : draw % (kind < MEDIUM_BELOW ? MEDIUM_CHARS_MAX : SHORT_CHARS_MAX);
        char first = (char) ('a' + Math.floorMod(hash, 26));
        return id + " " + String.valueOf(first).repeat(length);
    }

    /** Returns the id of a text; the text itself if it is not that of an id. */
    static String idOf(String text) {
        int blank = text.indexOf(' ');
        String id = blank < 0 ? text : text.substring(0, blank);
        return of(id).equals(text) ? id : text;
    }

    private static int mixed(int hash) {
        int bits = hash * 0x9E3779B1;
        return bits ^ (bits >>> 15);
    }
}
