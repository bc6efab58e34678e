/**
 * The client: sessions, blocks of numbered values, resending, fail-over, outcomes. Deterministic and single-threaded; no
 * clock, thread, I/O or logger.
 */
@NullMarked
package io.synod.client;

import org.jspecify.annotations.NullMarked;
