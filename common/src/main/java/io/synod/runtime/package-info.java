/**
 * The machine around the roles, with no thread of its own: production and simulation drive the same {@link
 * io.synod.runtime.Node}. JDK only.
 */
@NullMarked
package io.synod.runtime;

import org.jspecify.annotations.NullMarked;
