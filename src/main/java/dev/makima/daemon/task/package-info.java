/** The tasks this daemon has in hand: who gets in, and which run each command is for. */
@NullMarked
package dev.makima.daemon.task;

import org.jspecify.annotations.NullMarked;
