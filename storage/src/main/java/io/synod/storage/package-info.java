/**
 * What the stores of roles have in common: a directory that one process holds, whose it is, how it is told whether what was
 * durable is still there, RocksDB as all of them use it, and the watch on the room that is left.
 */
@NullMarked
package io.synod.storage;

import org.jspecify.annotations.NullMarked;
