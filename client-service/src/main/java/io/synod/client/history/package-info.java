/** The checker of histories: what was submitted, what was told of it, and what was delivered. JDK only. */
@NullMarked
package io.synod.client.history;

import org.jspecify.annotations.NullMarked;
