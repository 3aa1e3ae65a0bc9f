package dev.makima.git;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes commits of ours out of what agents left uncommitted. */
final class Commits {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private Commits() {}

    /**
     * Commits everything that is not ignored, untracked files too. Nothing is committed where nothing changed.
     *
     * <p>The author is the configured one; where none is, {@link Identity#FALLBACK}, for this commit only.
     */
    static void everything(Git git, Path worktree, String message) throws InterruptedException {
        // Of a sparse checkout too, what somebody put outside of its directories.
        git.runOk(worktree, LIMIT, "add", "--all", "--sparse");
        // Exit code 1: there are differences; 128: no commit yet, as in an orphan branch.
        if (git.run(worktree, LIMIT, "diff-index", "--cached", "--quiet", "HEAD", "--")
                .ok()) {
            return;
        }
        staged(git, worktree, message);
    }

    /** Commits what is staged, as the author that {@link #everything} has. A merge in progress ends with it. */
    static void staged(Git git, Path worktree, String message) throws InterruptedException {
        RepositoryConfig config = RepositoryConfig.read(git, worktree);
        List<String> arguments = new ArrayList<>(identity(git, config));
        arguments.addAll(List.of(
                "commit",
                "--quiet",
                "--no-verify",
                "--no-gpg-sign",
                "--no-status",
                "--cleanup=whitespace",
                "--file=-"));
        git.runOk(GitCall.of(worktree, LIMIT, arguments.toArray(String[]::new))
                .reading(message.getBytes(StandardCharsets.UTF_8)));
    }

    /** The options that name an author where none is configured. */
    static List<String> identity(Git git, RepositoryConfig config) {
        List<String> arguments = new ArrayList<>();
        addUnlessSet(arguments, config, "user.name", Identity.FALLBACK.name());
        if (!git.environmentHas("EMAIL")) {
            addUnlessSet(arguments, config, "user.email", Identity.FALLBACK.email());
        }
        return arguments;
    }

    private static void addUnlessSet(
            List<String> arguments,
            RepositoryConfig config,
            String key,
            @org.jspecify.annotations.Nullable String value) {
        if (config.values().getOrDefault(key, "").isBlank()) {
            arguments.addAll(List.of("-c", key + "=" + value));
        }
    }
}
