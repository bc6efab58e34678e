@NullMarked
package io.synod.node;

import org.jspecify.annotations.NullMarked;
