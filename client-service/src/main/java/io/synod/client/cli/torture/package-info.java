/** The command that harms a real local cluster under load, and checks the whole history afterwards. No Spring. */
@NullMarked
package io.synod.client.cli.torture;

import org.jspecify.annotations.NullMarked;
