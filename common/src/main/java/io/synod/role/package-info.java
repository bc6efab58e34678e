/**
 * The seam that every role is written to: a role is given a message or a tick, with the time as an argument, and records
 * its effects as data. JDK and {@code protocol} only; no clock, thread, I/O, logger or unordered iteration.
 */
@NullMarked
package io.synod.role;

import org.jspecify.annotations.NullMarked;
