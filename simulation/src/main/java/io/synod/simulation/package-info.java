/** Deterministic simulation of whole clusters. */
@NullMarked
package io.synod.simulation;

import org.jspecify.annotations.NullMarked;
