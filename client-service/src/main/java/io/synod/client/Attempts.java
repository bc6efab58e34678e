package io.synod.client;

import org.jspecify.annotations.Nullable;

/**
 * Numbers every send, and knows for the newest of them which block it carried, so that each refusal is counted for exactly
 * the send that it answers. A refusal of a send forgotten here is not counted: its block stays uncertain.
 */
final class Attempts {

    private static final int REMEMBERED = 1 << 13;

    private final @Nullable Block[] blocks = new Block[REMEMBERED];
    private long last;

    /** Numbers a send that carries a block. */
    long next(Block block) {
        last++;
        blocks[slot(last)] = block;
        block.attemptsOpen++;
        return last;
    }

    /** Numbers a send that carries no values. */
    long next() {
        last++;
        blocks[slot(last)] = null;
        return last;
    }

    /** Returns the block of a send, once; null if there is none, or the send is forgotten or was answered already. */
    @Nullable
    Block refuse(long attempt) {
        if (attempt <= last - REMEMBERED || attempt > last || attempt < 1) {
            return null;
        }
        Block block = blocks[slot(attempt)];
        blocks[slot(attempt)] = null;
        if (block != null) {
            block.attemptsOpen--;
        }
        return block;
    }

    private static int slot(long attempt) {
        return (int) (attempt & (REMEMBERED - 1));
    }
}
