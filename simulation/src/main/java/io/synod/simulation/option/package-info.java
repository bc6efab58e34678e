/** The options of a run, all drawn from its seed. */
@NullMarked
package io.synod.simulation.option;

import org.jspecify.annotations.NullMarked;
