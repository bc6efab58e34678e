/** The console in the browser, the page of the API, and what they need of the learner that serves them. */
@NullMarked
package io.synod.learner.service.console;

import org.jspecify.annotations.NullMarked;
