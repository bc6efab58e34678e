/**
 * The messages, one record each under {@link io.synod.protocol.message.Message}. {@code docs/protocol.md} says when each is
 * sent, {@code docs/wire-format.md} draws its bytes.
 */
@NullMarked
package io.synod.protocol.message;

import org.jspecify.annotations.NullMarked;
