/** Checkers that stand outside the roles: they see everything and hold it against the rules of {@code docs/protocol.md}. */
@NullMarked
package io.synod.simulation.check;

import org.jspecify.annotations.NullMarked;
