/**
 * One node as Spring beans: socket, flow, loop, health, metrics and endpoint over the roles that a service brings.
 */
@NullMarked
package io.synod.node;

import org.jspecify.annotations.NullMarked;
