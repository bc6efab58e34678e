/** The replica as a Spring Boot service. */
@NullMarked
package io.synod.replica.service;

import org.jspecify.annotations.NullMarked;
