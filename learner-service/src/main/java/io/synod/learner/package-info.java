/**
 * The learner as a pure role: which instances are decided, in which order values are delivered, and which of them were
 * delivered before. The same class serves a configured learner and the learner inside a client.
 */
@NullMarked
package io.synod.learner;

import org.jspecify.annotations.NullMarked;
