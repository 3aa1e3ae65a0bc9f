package dev.makima.git;

import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads a file of a repository as its owner has it, and not as some task left it.
 *
 * <p>What a file says that is carried out for every task must not be a task's to change. So the version in the commit
 * that a task starts from counts if that commit is on a branch which is no task's; else, as for a task that starts from
 * another one's unmerged work, the version in the repository's default branch. What lies in the worktree, committed by the
 * agent or not, never counts. In our clones of URLs only origin's branches are the owner's; in a repository of the user's
 * own every branch is that is not named like a task's.
 *
 * <p>Thread-safe; blocking.
 */
public final class OwnersVersion {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String OURS = "makima/";
    private static final List<String> USUAL = List.of("main", "master", "develop", "trunk");

    private final Git git;
    private final GitSettings settings;

    /** Files of repositories that this git knows. */
    public OwnersVersion(Git git, GitSettings settings) {
        this.git = git;
        this.settings = settings;
    }

    /**
     * The file's content for a task's worktree; empty where there is no such file, or it is no plain one.
     *
     * @param longest how many bytes of it are read; longer files are cut there
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException where git fails
     */
    public Optional<byte[]> read(Worktree worktree, RelativePath file, int longest) throws InterruptedException {
        return read(worktree.repository(), worktree.baseSha(), file, longest);
    }

    /** The same for a worktree that is yet to be made from this commit. */
    Optional<byte[]> read(Path common, String baseSha, RelativePath file, int longest) throws InterruptedException {
        boolean clone = isClone(common);
        Optional<String> commit = isOwners(common, baseSha, clone) ? Optional.of(baseSha) : defaultOf(common, clone);
        return commit.isEmpty() ? Optional.empty() : content(common, commit.get(), file, longest);
    }

    private boolean isClone(Path common) {
        return !common.endsWith(".git")
                && Files.isDirectory(settings.reposDir())
                && common.startsWith(Repositories.canonical(settings.reposDir()));
    }

    private boolean isOwners(Path common, String sha, boolean clone) throws InterruptedException {
        GitResult containing = git.run(
                common,
                LIMIT,
                "for-each-ref",
                "--contains=" + sha,
                "--format=%(refname)",
                "refs/remotes/origin",
                clone ? "refs/remotes/origin/HEAD" : "refs/heads");
        return containing.ok()
                && containing.lines().stream()
                        .map(ref -> ref.replaceFirst("^refs/(heads|remotes/origin)/", ""))
                        .anyMatch(branch -> !branch.startsWith(OURS) && !branch.startsWith(settings.branchPrefix()));
    }

    private Optional<String> defaultOf(Path common, boolean clone) throws InterruptedException {
        if (!clone) {
            return Revision.commit(git, common, "HEAD");
        }
        Optional<String> head = Revision.commit(git, common, "refs/remotes/origin/HEAD");
        for (String name : USUAL) {
            if (head.isPresent()) {
                break;
            }
            head = Revision.commit(git, common, "refs/remotes/origin/" + name);
        }
        return head;
    }

    private Optional<byte[]> content(Path common, String commit, RelativePath file, int longest)
            throws InterruptedException {
        GitCall listing = GitCall.of(common, LIMIT, "ls-tree", "-z", commit, "--", file.value())
                .with("GIT_LITERAL_PATHSPECS", "1");
        List<String> listed = git.runOk(listing).fields();
        String[] entry = listed.isEmpty() ? new String[0] : listed.getFirst().split("[ \t]", 4);
        if (entry.length < 4 || !entry[0].startsWith("100")) {
            return Optional.empty();
        }
        GitCall reading =
                GitCall.of(common, LIMIT, "cat-file", "blob", entry[2]).keeping(longest);
        GitResult result = git.run(reading);
        if (!result.ok()) {
            throw GitFailure.of(reading, result);
        }
        return Optional.of(result.bytes());
    }
}
