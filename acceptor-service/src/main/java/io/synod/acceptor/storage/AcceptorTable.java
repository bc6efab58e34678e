package io.synod.acceptor.storage;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorWrite;
import java.io.IOException;
import java.util.List;

/** What a store's thread needs of an engine. Not thread-safe, and one commit at a time. */
interface AcceptorTable extends AutoCloseable {

    /**
     * What an engine holds.
     *
     * @param commit the number of the last commit, which {@code recovery} includes
     * @param recovery what its commits amount to
     */
    record Loaded(long commit, AcceptorRecovery recovery) {}

    /**
     * Reads everything; called once, before the first commit.
     *
     * @throws IOException if anything cannot be read or understood
     */
    Loaded load() throws IOException;

    /**
     * Makes writes durable, all or none.
     *
     * @param commit the commit's number, one above the last
     * @throws IOException if they are not known to be durable
     */
    void commit(long commit, List<AcceptorWrite> writes) throws IOException;

    /** Gives back the room of what is trimmed, as far as that costs little; what fails here is tried again later. */
    void reclaim(long trimPoint);

    /** Prepares for the end, so that the next start has less to replay. Not to be called after a commit failed. */
    void settle();

    @Override
    void close();
}
