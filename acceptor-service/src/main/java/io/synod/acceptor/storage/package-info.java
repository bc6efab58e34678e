/**
 * The acceptor's durable store: a directory that belongs to one acceptor, and a RocksDB in it. What the store promises
 * beyond the engine (a damaged one is refused, never cut short; a failed one never opened again) is done here.
 */
@NullMarked
package io.synod.acceptor.storage;

import org.jspecify.annotations.NullMarked;
