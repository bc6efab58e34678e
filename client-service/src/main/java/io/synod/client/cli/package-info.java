/** The command line: the top-level command, and the commands that talk to a running cluster. No Spring. */
@NullMarked
package io.synod.client.cli;

import org.jspecify.annotations.NullMarked;
