package io.synod.protocol.message;

import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import java.util.List;

/**
 * Configured learner to acceptors and to the other learners: what it holds. A report under a new storage id voids what
 * was reported under the old one.
 *
 * @param storageId the learner's storage id
 * @param logId the log it belongs to
 * @param held every instance up to this one is held by the learner, after its own sync
 * @param hashes its newest rolling hashes, by rising instance, at most
 *     {@link io.synod.protocol.ProtocolLimits#HASHES_MAX}
 */
public record Report(StorageId storageId, LogId logId, long held, List<PrefixHash> hashes) implements Message {
    public Report {
        hashes = List.copyOf(hashes);
    }
}
