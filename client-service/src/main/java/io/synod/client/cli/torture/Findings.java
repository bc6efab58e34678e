package io.synod.client.cli.torture;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is wrong, by kind; the worst kind makes the exit status. Safe for use by several threads. */
final class Findings {

    /** Exit status: a process ended by itself, or a role failed. */
    static final int CRASH = 20;

    /** Exit status: something was lost, doubled, or out of order. */
    static final int SAFETY = 21;

    /** Exit status: the healed cluster made no progress. */
    static final int LIVENESS = 22;

    private final Set<String> crashes = new LinkedHashSet<>();
    private final Set<String> breaches = new LinkedHashSet<>();
    private final Set<String> stalls = new LinkedHashSet<>();

    synchronized void crash(String what) {
        crashes.add(what);
    }

    synchronized void safety(List<String> what) {
        breaches.addAll(what);
    }

    synchronized void liveness(String what) {
        stalls.add(what);
    }

    synchronized boolean isEmpty() {
        return crashes.isEmpty() && breaches.isEmpty() && stalls.isEmpty();
    }

    /** Returns a line for each, the worst kind first. */
    synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        breaches.forEach(what -> lines.add("SAFETY: " + what));
        crashes.forEach(what -> lines.add("CRASH: " + what));
        stalls.forEach(what -> lines.add("LIVENESS: " + what));
        return lines;
    }

    /** Returns the exit status; 0 if nothing is wrong. */
    synchronized int status() {
        if (!breaches.isEmpty()) {
            return SAFETY;
        }
        if (!crashes.isEmpty()) {
            return CRASH;
        }
        return stalls.isEmpty() ? 0 : LIVENESS;
    }
}
