/** Checkpoints of unfinished work: on demand, by the clock, and before an interrupted run is over. */
@NullMarked
package dev.makima.daemon.checkpoint;

import org.jspecify.annotations.NullMarked;
