/** JMH benchmarks. */
@NullMarked
package io.synod.benchmarks;

import org.jspecify.annotations.NullMarked;
