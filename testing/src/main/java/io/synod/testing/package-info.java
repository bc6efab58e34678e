/** A cluster in containers, for the tests of applications that use one. */
@NullMarked
package io.synod.testing;

import org.jspecify.annotations.NullMarked;
