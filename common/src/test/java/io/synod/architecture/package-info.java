/** Rules of the build: which package may see which, and what a role may not touch. Shared by all modules. */
@NullMarked
package io.synod.architecture;

import org.jspecify.annotations.NullMarked;
