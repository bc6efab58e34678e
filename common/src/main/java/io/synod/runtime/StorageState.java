package io.synod.runtime;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a store shows of itself.
 *
 * @param engine what it is made with
 * @param directory where it is; null for one in memory
 * @param usedBytes what its files take; 0 for one in memory
 * @param freeBytes what is left on the disk of its directory; {@link Long#MAX_VALUE} for one in memory
 */
public record StorageState(String engine, @Nullable Path directory, long usedBytes, long freeBytes) {

    /** A store in memory: what it takes belongs to the role. */
    public static final StorageState MEMORY = new StorageState("memory", null, 0, Long.MAX_VALUE);
}
