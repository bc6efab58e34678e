@NullMarked
package io.synod.udp;

import org.jspecify.annotations.NullMarked;
