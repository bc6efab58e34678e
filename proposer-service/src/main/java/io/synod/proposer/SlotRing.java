package io.synod.proposer;

/** The slots of the instances that a {@link Pipeline} keeps, {@code tail <= base <= next}, in a ring that is reused. */
final class SlotRing {

    private final Slot[] ring;
    private final int mask;
    private final int acceptors;
    private long tail = 1;
    private long base = 1;
    private long next = 1;

    /** @param instancesMax how many instances there are from tail to next at most */
    SlotRing(int instancesMax, int acceptors) {
        this.ring = new Slot[Integer.highestOneBit(instancesMax) * 2];
        this.mask = ring.length - 1;
        this.acceptors = acceptors;
    }

    /** Returns the slot of an instance from the tail up to, and not including, the next; or that of the next, to be filled. */
    Slot at(long instance) {
        Slot slot = ring[(int) instance & mask];
        if (slot == null) {
            slot = new Slot(acceptors);
            ring[(int) instance & mask] = slot;
        }
        return slot;
    }

    /** The first instance of which something is kept. */
    long tail() {
        return tail;
    }

    /** The first instance that is not known to be decided. */
    long base() {
        return base;
    }

    /** The instance after the last. */
    long next() {
        return next;
    }

    /** Returns whether something is kept of an instance. */
    boolean holds(long instance) {
        return instance >= tail && instance < next;
    }

    /** Forgets all; the next instance is {@code first}. */
    void restart(long first) {
        for (long i = tail; i < next; i++) {
            at(i).accept = null;
        }
        tail = first;
        base = first;
        next = first;
    }

    void raiseNext() {
        next++;
    }

    /** Moves the base over what is decided. */
    void raiseBase() {
        while (base < next && at(base).decided) {
            base++;
        }
    }

    void raiseTail() {
        tail++;
    }
}
