package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.git.Git;
import dev.makima.git.GitResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A git checkout on this machine, only looked at.
 *
 * @param git how it is asked
 * @param root its top directory
 */
public record Checkout(Git git, Path root) {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    /**
     * The checkout (or bare repository) that the directory lies in, if any.
     *
     * @throws MakimaException VALIDATION where there is one that git does not trust
     */
    public static Optional<Checkout> around(Git git, Path directory) {
        GitResult top = ask(git, directory, "rev-parse", "--show-toplevel");
        if (top.ok() && !top.text().isEmpty()) {
            return Optional.of(new Checkout(git, Path.of(top.text())));
        }
        if (top.stderr().contains("dubious ownership")) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "git does not trust the repository " + directory + ", since it belongs to another user",
                    "Where that is as it should be: git config --global --add safe.directory " + directory);
        }
        GitResult bare = ask(git, directory, "rev-parse", "--is-bare-repository", "--absolute-git-dir");
        List<String> lines = bare.text().lines().toList();
        return bare.ok() && lines.size() == 2 && lines.get(0).equals("true")
                ? Optional.of(new Checkout(git, Path.of(lines.get(1))))
                : Optional.empty();
    }

    /** The branch that is checked out; empty where HEAD is detached. */
    public Optional<String> branch() {
        GitResult branch = ask(git, root, "symbolic-ref", "--quiet", "--short", "HEAD");
        return branch.ok() && !branch.text().isEmpty() ? Optional.of(branch.text()) : Optional.empty();
    }

    /** Whether there is a commit to start from. */
    public boolean hasCommit() {
        return ask(git, root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
                .ok();
    }

    /** Whether there is such a branch, here or as it was last seen at the remote named origin. */
    public boolean hasBranch(RefName branch) {
        return ask(git, root, "rev-parse", "--verify", "--quiet", "refs/heads/" + branch.value())
                        .ok()
                || ask(git, root, "rev-parse", "--verify", "--quiet", "refs/remotes/origin/" + branch.value())
                        .ok();
    }

    /** How many files are changed, added or deleted and not committed; ignored ones do not count. */
    public int uncommitted() {
        GitResult status = ask(git, root, "status", "--porcelain", "--untracked-files=normal");
        return status.ok() ? (int) status.text().lines().count() : 0;
    }

    /** Where it was cloned from, if it was. */
    public Optional<String> origin() {
        GitResult url = ask(git, root, "remote", "get-url", "origin");
        return url.ok() && !url.text().isEmpty() ? Optional.of(url.text()) : Optional.empty();
    }

    private static GitResult ask(Git git, Path directory, String... arguments) {
        try {
            return git.run(directory, LIMIT, arguments);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MakimaException(ErrorCode.UNAVAILABLE, "interrupted while git worked", null, e);
        }
    }
}
