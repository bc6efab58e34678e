@NullMarked
package io.synod.http;

import org.jspecify.annotations.NullMarked;
