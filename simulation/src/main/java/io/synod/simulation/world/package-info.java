/** What stands around the roles in a simulated cluster: time, randomness, network, disks, and the hosts of the nodes. */
@NullMarked
package io.synod.simulation.world;

import org.jspecify.annotations.NullMarked;
