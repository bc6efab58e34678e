package io.synod.client.cli.cluster;

import java.io.PrintWriter;

/**
 * Tells how far a command has come. On a terminal the current state stands in one line that is rewritten; elsewhere only
 * whole lines are printed.
 */
public final class Progress {

    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean terminal;
    private boolean lineOpen;

    /** @param terminal whether the line that is current may be rewritten */
    public Progress(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Returns whether standard error is a terminal, which the script finds out. */
    public static boolean isTerminal() {
        return Boolean.getBoolean("synod.terminal");
    }

    /** Replaces the current state; on no terminal it is not shown. */
    void state(String text) {
        if (terminal) {
            out.print(ERASE_LINE + text);
            out.flush();
            lineOpen = true;
        }
    }

    /** Prints a line that stays. */
    public void line(String text) {
        clear();
        out.println(text);
        out.flush();
    }

    /** Takes the current state away. */
    void clear() {
        if (lineOpen) {
            out.print(ERASE_LINE);
            out.flush();
            lineOpen = false;
        }
    }
}
