/** The client as a Spring Boot service. */
@NullMarked
package io.synod.client.service;

import org.jspecify.annotations.NullMarked;
