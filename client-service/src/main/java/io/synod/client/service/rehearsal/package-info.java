/** What the launcher runs once to make the class archive that the services start from. */
@NullMarked
package io.synod.client.service.rehearsal;

import org.jspecify.annotations.NullMarked;
