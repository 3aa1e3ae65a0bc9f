/** What agents speak: command lines, input lines, output lines and their entries. Pure functions. */
@NullMarked
package dev.makima.agent;

import org.jspecify.annotations.NullMarked;
