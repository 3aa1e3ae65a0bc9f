/** One run of a task from its admission to its end: one agent process after the other, and what follows each. */
@NullMarked
package dev.makima.daemon.run;

import org.jspecify.annotations.NullMarked;
