/** Makes entries of the output that is stored. */
@NullMarked
package dev.makima.server.output;

import org.jspecify.annotations.NullMarked;
