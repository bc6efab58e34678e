package io.synod.acceptor;

import io.synod.protocol.Bytes;
import io.synod.protocol.NodeId;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.Repeat;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Effects;
import io.synod.role.Invariant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted above the trim point. Instances sit in a ring whose size is a power of two; it doubles when an
 * instance does not fit, up to a bound, and an instance is looked up only where it can be, so one instance is never taken
 * for another that shares its slot.
 */
final class AcceptedRing {

    /** What an instance costs beside its value: the records around it and its slot, in bytes. */
    static final int INSTANCE_OVERHEAD_BYTES = 128;

    private static final int SLOTS_MIN = 1_024;

    private final int instancesMax;
    private final long bytesMax;
    private @Nullable Accepted[] slots;
    private long trimPoint;
    private long highest;
    private int stored;
    private long bytes;

    /**
     * @param instancesMax how far above the trim point an instance may be
     * @param bytesMax at how many stored bytes no instance above the highest is taken
     * @param trimPoint the trim point to begin with
     */
    AcceptedRing(int instancesMax, long bytesMax, long trimPoint) {
        this.instancesMax = instancesMax;
        this.bytesMax = bytesMax;
        this.slots = new Accepted[Math.min(SLOTS_MIN, slotsFor(instancesMax))];
        this.trimPoint = trimPoint;
        this.highest = trimPoint;
    }

    long trimPoint() {
        return trimPoint;
    }

    /** The highest instance accepted, or the trim point if that is higher. */
    long highest() {
        return highest;
    }

    /** How many instances are stored. */
    int stored() {
        return stored;
    }

    /** How many bytes they take, {@link #INSTANCE_OVERHEAD_BYTES} for each included. */
    long bytes() {
        return bytes;
    }

    /** How many slots the ring has at present. */
    int slots() {
        return slots.length;
    }

    /** Returns what was accepted in an instance, with its value; null if nothing was, or it is trimmed. */
    @Nullable
    Accepted get(long instance) {
        if (instance <= trimPoint || instance > highest) {
            return null;
        }
        Accepted accepted = slots[slot(instance)];
        if (accepted != null && accepted.instance() != instance) {
            Invariant.check(false, "S5", "instance %s stands where %s belongs (trim point %s, highest %s, %s slots)",
                    accepted.instance(), instance, trimPoint, highest, slots.length);
        }
        return accepted;
    }

    /**
     * Returns whether a value may be put. What fills a gap below the highest instance may pass the bound by a quarter:
     * without it learners could not go on, nothing could be trimmed, and no room would ever come back.
     */
    boolean hasRoom(long instance, int valueBytes) {
        if (instance - trimPoint > instancesMax) {
            return false;
        }
        Accepted old = get(instance);
        long after = bytes + valueBytes + INSTANCE_OVERHEAD_BYTES - (old == null ? 0 : cost(old));
        return after <= (instance > highest ? bytesMax : bytesMax + bytesMax / 4);
    }

    /** Returns whether more than three quarters of the instances or bytes that it takes are taken. */
    boolean isNearlyFull() {
        return highest - trimPoint > instancesMax / 4L * 3 || bytes > bytesMax / 4 * 3;
    }

    /** Puts a value where {@link #hasRoom} holds; it replaces what was accepted there at a lower ballot. */
    void put(Accepted accepted) {
        if (accepted.instance() - trimPoint > instancesMax) {
            Invariant.check(false, "S3", "instance %s is put above %s", accepted.instance(), trimPoint + instancesMax);
        }
        restore(accepted);
    }

    /** Puts a value that was accepted before the start: there may have been room for more then. */
    void restore(Accepted accepted) {
        long instance = accepted.instance();
        if (instance <= trimPoint) {
            Invariant.check(false, "S3", "instance %s is put at or below the trim point %s", instance, trimPoint);
        }
        Accepted old = get(instance);
        if (old != null && !accepted.ballot().isAbove(old.ballot())) {
            Invariant.check(false, "S5", "instance %s accepted at ballot %s is put again at %s", instance,
                    old.ballot(), accepted.ballot());
        }
        if (instance - trimPoint > slots.length) {
            grow(instance);
        }
        slots[slot(instance)] = accepted;
        highest = Math.max(highest, instance);
        bytes += cost(accepted);
        if (old == null) {
            stored++;
        } else {
            bytes -= cost(old);
        }
    }

    /** Drops everything at or below an instance, and lets go of its memory. */
    void trim(long to) {
        Invariant.check(to >= trimPoint, "S9", "the trim point falls from %s to %s", trimPoint, to);
        long last = Math.min(to, highest);
        for (long instance = trimPoint + 1; instance <= last; instance++) {
            Accepted accepted = slots[slot(instance)];
            if (accepted != null) {
                stored--;
                bytes -= cost(accepted);
                slots[slot(instance)] = null;
            }
        }
        trimPoint = to;
        highest = Math.max(highest, to);
    }

    /** Answers a repeat: what is trimmed, and what was accepted in the range, as far as the bounds allow. */
    void answer(NodeId to, Repeat repeat, int instancesMax, int bytesMax, Effects effects) {
        if (repeat.first() <= trimPoint) {
            effects.send(to, new Trimmed(trimPoint));
        }
        long first = Math.max(repeat.first(), trimPoint + 1);
        long last = Math.min(repeat.last(), highest);
        int instancesLeft = instancesMax;
        int bytesLeft = bytesMax;
        for (long instance = first; instance <= last && instancesLeft > 0 && bytesLeft > 0; instance++) {
            instancesLeft--;
            Accepted entry = get(instance);
            if (entry != null) {
                Accepted answer = repeat.values() ? entry : vote(entry);
                effects.send(to, answer);
                bytesLeft -= MessageSize.of(answer);
            }
        }
    }

    /** Returns an accepted without its value. */
    static Accepted vote(Accepted accepted) {
        return new Accepted(accepted.ballot(), accepted.instance(), accepted.checksum(), null);
    }

    private void grow(long instance) {
        int size = slots.length;
        while (instance - trimPoint > size) {
            size <<= 1;
        }
        @Nullable Accepted[] larger = new Accepted[size];
        for (Accepted accepted : slots) {
            if (accepted != null) {
                larger[(int) accepted.instance() & (size - 1)] = accepted;
            }
        }
        slots = larger;
    }

    private int slot(long instance) {
        return (int) instance & (slots.length - 1);
    }

    private static int slotsFor(int instances) {
        return instances <= 1 ? 1 : Integer.highestOneBit(instances - 1) << 1;
    }

    private static long cost(Accepted accepted) {
        return valueOf(accepted).length() + (long) INSTANCE_OVERHEAD_BYTES;
    }

    /** Returns the value of an entry of the ring, which always has one. */
    static Bytes valueOf(Accepted accepted) {
        return Objects.requireNonNull(accepted.value());
    }
}
