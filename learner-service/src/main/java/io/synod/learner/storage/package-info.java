/**
 * Where a learner keeps what it delivered, and what that amounts to, so that a later start goes on from there, applications
 * read it, and peers take it over.
 */
@NullMarked
package io.synod.learner.storage;

import org.jspecify.annotations.NullMarked;
