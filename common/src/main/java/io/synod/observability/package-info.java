/** What a node shows of itself: metrics, health, and the {@code paxos} endpoint. */
@NullMarked
package io.synod.observability;

import org.jspecify.annotations.NullMarked;
