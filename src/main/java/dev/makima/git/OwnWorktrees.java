package dev.makima.git;

import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells the worktrees of this daemon from those of others that share a repository with it. In those of others an agent may
 * still be at work, and they are evidence of what it did. Immutable.
 *
 * @param directory holds this daemon's worktrees
 * @param formerly tells directories that did so before
 * @param noted one that this daemon has noted as its own, wherever it lies; or null
 */
record OwnWorktrees(
        Path directory, Predicate<Path> formerly, @Nullable Path noted) {
    /** Those under the settings, and one that is noted. */
    OwnWorktrees(GitSettings settings, @Nullable Path noted) {
        this(settings.worktreesDir(), settings.formerly(), noted);
    }

    /** Whether the worktree is this daemon's; of one that is gone, whether it was. */
    boolean has(Path worktree) {
        Path real = real(worktree);
        Path parent = real.getParent();
        return real.startsWith(real(directory))
                || (noted != null && real.equals(real(noted)))
                || (parent != null && formerly.test(parent));
    }

    /**
     * The branches of the task that belong to worktrees of other daemons, which are there: recorded ones, and what is
     * checked out in a directory that is called like one, since a crash may have come before the record.
     */
    Set<String> branchesOfOthers(List<Worktree> recorded, Branches branches, TaskId task) {
        Set<String> others = new HashSet<>();
        for (Worktree worktree : recorded) {
            if (isAnothers(worktree.path())) {
                others.add(worktree.branch());
            }
        }
        for (Map.Entry<String, Branches.Local> branch : branches.local().entrySet()) {
            branch.getValue()
                    .worktree()
                    .filter(path -> String.valueOf(path.getFileName()).startsWith(task.shortId()))
                    .filter(this::isAnothers)
                    .ifPresent(_ -> others.add(branch.getKey()));
        }
        return others;
    }

    private boolean isAnothers(Path worktree) {
        return Files.exists(worktree, LinkOption.NOFOLLOW_LINKS) && !has(worktree);
    }

    /** As far as it is there: links above a directory that is gone count too. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path parent = path.getParent();
            return parent == null ? path : real(parent).resolve(String.valueOf(path.getFileName()));
        }
    }
}
