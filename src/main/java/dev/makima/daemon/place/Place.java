package dev.makima.daemon.place;

import dev.makima.git.Worktree;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a task's agent works.
 *
 * @param worktree the worktree that the directory is, or null for a task without a repository
 * @param fresh whether it was made just now; what is there already is left as it is
 * @param lines what people should know of it
 */
record Place(Path directory, @Nullable Worktree worktree, boolean fresh, List<String> lines) {
    Place {
        lines = List.copyOf(lines);
    }
}
