/**
 * Deterministic simulation of whole clusters: everything that happens in a run follows from its seed. {@link
 * io.synod.simulation.Simulation} runs one; {@code docs/testing.md} tells how it works and how to replay a failure.
 */
@NullMarked
package io.synod.simulation;

import org.jspecify.annotations.NullMarked;
