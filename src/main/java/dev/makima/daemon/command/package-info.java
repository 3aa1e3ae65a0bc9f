/** The server's commands about worktrees and git: in which order they are carried out, what each does, and its answer. */
@NullMarked
package dev.makima.daemon.command;

import org.jspecify.annotations.NullMarked;
