@NullMarked
package io.synod.replica.service;

import org.jspecify.annotations.NullMarked;
