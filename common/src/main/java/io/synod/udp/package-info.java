/**
 * Datagrams: one bound, non-blocking {@code DatagramChannel}, the peers' addresses, and the Spring Integration adapters
 * over it. What does not say Spring in its imports serves command-line clients without a context.
 */
@NullMarked
package io.synod.udp;

import org.jspecify.annotations.NullMarked;
