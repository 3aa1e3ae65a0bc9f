/** Validated names, ids and the error family: what every other room may use. Knows nothing of them. */
@NullMarked
package dev.makima.base;

import org.jspecify.annotations.NullMarked;
