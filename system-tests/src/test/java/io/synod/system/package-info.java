/** Black-box tests of real processes and containers. */
@NullMarked
package io.synod.system;

import org.jspecify.annotations.NullMarked;
