/** The vocabulary of the protocol: ballots, ids, quorums, limits, and the layout of a batch. JDK only. */
@NullMarked
package io.synod.protocol;

import org.jspecify.annotations.NullMarked;
