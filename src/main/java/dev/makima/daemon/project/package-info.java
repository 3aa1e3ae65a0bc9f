/** What repositories that the daemon's owner trusts say about the worktrees of their tasks. */
@NullMarked
package dev.makima.daemon.project;

import org.jspecify.annotations.NullMarked;
