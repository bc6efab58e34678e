/**
 * What a batch holds: the entries of the log. A batch with no entry is a no-op. Clients encode entries once; from then on
 * they are copied as bytes.
 */
@NullMarked
package io.synod.protocol.entry;

import org.jspecify.annotations.NullMarked;
