/** The acceptor as a deterministic state machine: what it promises, accepts, forgets and says. */
@NullMarked
package io.synod.acceptor;

import org.jspecify.annotations.NullMarked;
