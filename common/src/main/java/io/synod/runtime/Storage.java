package io.synod.runtime;

import io.synod.role.Write;
import java.util.List;

/** Where a node's writes become durable: one group commit at a time. */
public interface Storage {

    /**
     * Makes {@code writes} durable, in order, and then reports {@link Node#committed} with this number, or {@link
     * Node#commitFailed}; on the loop's thread, from within this call or later. Called on the loop's thread, and not again
     * before the report.
     *
     * @param number rises by one with each commit, from 1
     * @param writes one or more; the list may be read, by any one thread, until the report and not after it
     */
    void commit(long number, List<Write> writes);
}
