/** Cluster configuration: the {@code paxos} properties and their validation. */
@NullMarked
package io.synod.config;

import org.jspecify.annotations.NullMarked;
