/** How learners hand the log to each other over HTTP: what one serves, and how another takes it over. */
@NullMarked
package io.synod.learner.service.peer;

import org.jspecify.annotations.NullMarked;
