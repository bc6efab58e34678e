/**
 * The keys of a cluster, and how datagrams are sealed with them: what is derived from a key, for whom, and what it
 * authenticates. Uses the ciphers of the JDK, and knows nothing of sockets or files.
 */
@NullMarked
package io.synod.protocol.seal;

import org.jspecify.annotations.NullMarked;
