/**
 * The proposer: elects a leader, finds with phase 1 what must be proposed anew, and keeps phase 2 of many instances in
 * flight. Pure: no clock, thread, I/O, logger or Spring.
 */
@NullMarked
package io.synod.proposer;

import org.jspecify.annotations.NullMarked;
