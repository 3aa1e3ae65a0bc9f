package dev.makima.git;

import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where repositories and worktrees lie, and how branches are called.
 *
 * @param reposDir holds the bare clones; made when the first is needed
 * @param worktreesDir holds one directory per task; made when the first is needed
 * @param branchPrefix what every task branch begins with, such as {@code makima/task-}
 * @param identity who commits in the worktrees, or null for what is configured there
 * @param rules how much of a repository is cloned and checked out
 * @param formerly tells the directories that held this daemon's worktrees before {@code worktreesDir} did; any thread
 */
public record GitSettings(
        Path reposDir,
        Path worktreesDir,
        String branchPrefix,
        @Nullable Identity identity,
        CheckoutRules rules,
        Predicate<Path> formerly) {
    /** Makes the directories absolute. */
    public GitSettings {
        reposDir = reposDir.toAbsolutePath().normalize();
        worktreesDir = worktreesDir.toAbsolutePath().normalize();
    }

    /** Settings without an identity of their own. */
    public GitSettings(Path reposDir, Path worktreesDir, String branchPrefix) {
        this(reposDir, worktreesDir, branchPrefix, null);
    }

    /** Settings for whole repositories. */
    public GitSettings(Path reposDir, Path worktreesDir, String branchPrefix, @Nullable Identity identity) {
        this(reposDir, worktreesDir, branchPrefix, identity, CheckoutRules.WHOLE, _ -> false);
    }
}
