/** Checkpoints of applications over HTTP. */
@NullMarked
package io.synod.learner.service.checkpoint;

import org.jspecify.annotations.NullMarked;
