package io.synod.learner.storage;

import io.synod.learner.storage.Retention.Mark;
import io.synod.protocol.LogId;
import java.io.IOException;
import java.util.List;
import java.util.NavigableMap;

/** What a learner's store needs of an engine. One thread commits, one commit at a time; any may read. */
interface LogTable extends AutoCloseable {

    /**
     * What an engine holds.
     *
     * @param commit the number of the last commit, which the rest includes
     * @param logId the log, or {@link LogId#UNKNOWN} while there is none
     * @param first the first instance that is kept
     * @param last the last one; {@code first - 1} if there is none
     * @param marks where the log can be cut, the first being where it is cut now
     * @param snapshots how many bytes each snapshot has, by instance
     */
    record Loaded(
            long commit,
            LogId logId,
            long first,
            long last,
            NavigableMap<Long, Mark> marks,
            NavigableMap<Long, Integer> snapshots) {}

    /**
     * Looks at what there is; called once, before the first commit.
     *
     * @throws IOException if it cannot be read or understood
     */
    Loaded load() throws IOException;

    /**
     * Makes changes durable, all or none.
     *
     * @param commit the commit's number, one above the last
     * @throws IOException if they are not known to be durable
     */
    void commit(long commit, List<LogChange> changes) throws IOException;

    /** Returns the record of an instance; of no bytes if there is none. */
    byte[] read(long instance) throws IOException;

    /** Returns the record of a snapshot; of no bytes if there is none. */
    byte[] readSnapshot(long instance) throws IOException;

    /** Gives back the room of what was cut, as far as that costs little. */
    void reclaim(long first);

    /** Prepares for the end, so that the next start has less to replay. Not to be called after a commit failed. */
    void settle();

    @Override
    void close();
}
