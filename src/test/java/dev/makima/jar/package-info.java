/** The packaged program, started as people start it. */
@NullMarked
package dev.makima.jar;

import org.jspecify.annotations.NullMarked;
