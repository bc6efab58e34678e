package io.synod.simulation.world;

import io.synod.protocol.Mixing;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a run, as a hash over everything that was noted, and as lines for whoever reads along. Two runs of one
 * seed have the same hash, or the simulation is not deterministic. Not thread-safe.
 */
public final class Trace {

    private final EventQueue events;
    private final @Nullable Consumer<String> lines;
    private final boolean talkative;
    private long hash;

    /**
     * Creates a trace.
     *
     * @param events the clock
     * @param lines takes each line, or null to keep the hash alone
     * @param talkative whether there is to be a line for each message
     */
    public Trace(EventQueue events, @Nullable Consumer<String> lines, boolean talkative) {
        this.talkative = talkative && lines != null;
        this.events = events;
        this.lines = lines;
    }

    public long hash() {
        return hash;
    }

    /** Returns whether there is to be a line for each message. */
    public boolean isTalkative() {
        return talkative;
    }

    /** Notes something by numbers alone: it becomes part of the hash. */
    public void note(long what, long detail) {
        hash = Mixing.mix(hash ^ Mixing.mix(events.nowNanos()) ^ Long.rotateLeft(Mixing.mix(what), 21) ^ detail);
    }

    /** Says something to whoever reads along; not part of the hash. */
    public void say(Supplier<String> line) {
        if (lines != null) {
            lines.accept(String.format(Locale.ROOT, "%12.6f  %s", events.nowNanos() / 1e9, line.get()));
        }
    }

    /** Notes something by its text, and says it. */
    public void tell(String text) {
        note(text.hashCode(), text.length());
        say(() -> text);
    }
}
