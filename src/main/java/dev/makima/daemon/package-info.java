/** The verticles of the daemon: link, task runner, checkpoint and store. */
@NullMarked
package dev.makima.daemon;

import org.jspecify.annotations.NullMarked;
