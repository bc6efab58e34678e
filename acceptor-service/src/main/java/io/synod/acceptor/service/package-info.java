/** The acceptor as a Spring Boot service. */
@NullMarked
package io.synod.acceptor.service;

import org.jspecify.annotations.NullMarked;
