/** The learner as a Spring Boot service. */
@NullMarked
package io.synod.learner.service;

import org.jspecify.annotations.NullMarked;
