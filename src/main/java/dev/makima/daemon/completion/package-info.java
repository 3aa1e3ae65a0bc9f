/** What becomes of a task's work, at the end of its run or asked for later. */
@NullMarked
package dev.makima.daemon.completion;

import org.jspecify.annotations.NullMarked;
