@NullMarked
package io.synod.runtime;

import org.jspecify.annotations.NullMarked;
