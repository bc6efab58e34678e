/** The proposer as a Spring Boot service. */
@NullMarked
package io.synod.proposer.service;

import org.jspecify.annotations.NullMarked;
