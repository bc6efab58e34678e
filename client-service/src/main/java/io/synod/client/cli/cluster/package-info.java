/** The commands that start, stop and watch a cluster of local processes. No Spring. */
@NullMarked
package io.synod.client.cli.cluster;

import org.jspecify.annotations.NullMarked;
