package io.synod.learner;

/**
 * What of a learner's store was found to be unreadable, though it was durable. It is known as far as somebody has read: more
 * may be damaged in between.
 *
 * @param first the lowest instance whose record, or snapshot, cannot be read
 * @param last the highest
 * @param what what was found first, and where: the file and the offset, as far as the engine tells
 */
public record StoreDamage(long first, long last, String what) {

    public StoreDamage {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("damage at instances " + first + " to " + last);
        }
    }

    /** Returns it with another instance. */
    public StoreDamage with(long instance) {
        return new StoreDamage(Math.min(first, instance), Math.max(last, instance), what);
    }

    /** For people. */
    public String text() {
        return "what is stored of instance" + (first == last ? " " + first : "s " + first + " to " + last)
                + " is damaged: " + what;
    }
}
