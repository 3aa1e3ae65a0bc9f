/** Repositories, worktrees and how work ends as a branch: blocking, given paths, without Vert.x. */
@NullMarked
package dev.makima.git;

import org.jspecify.annotations.NullMarked;
