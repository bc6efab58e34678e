/**
 * Messages to bytes and back. What comes from outside is judged: every reader answers decoded or a {@link
 * io.synod.protocol.codec.RejectReason}, and never throws. {@code docs/wire-format.md} draws the bytes.
 */
@NullMarked
package io.synod.protocol.codec;

import org.jspecify.annotations.NullMarked;
