package dev.makima.git;

import dev.makima.base.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fills a worktree that was added without a checkout with some directories of its commit. Everything else stays in the
 * index, marked as not checked out: commits, diffs and checkpoints have it unchanged.
 */
final class SparseCheckout {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private SparseCheckout() {}

    /**
     * Sets it up for this worktree alone and checks out. The caller holds the repository's lock.
     *
     * @param limit how long the checkout may take
     */
    static void fill(Git git, Path common, Path worktree, List<RelativePath> directories, Duration limit)
            throws InterruptedException {
        // Read again: another creation may have changed it since.
        WorktreeIdentity.enableWorktreeConfig(git, RepositoryConfig.read(git, common), common);
        String lines = directories.stream().map(SparseCheckout::quoted).collect(Collectors.joining());
        git.runOk(GitCall.of(worktree, LIMIT, "sparse-checkout", "set", "--cone", "--no-sparse-index", "--stdin")
                .reading(lines.getBytes(StandardCharsets.UTF_8)));
        git.runOk(worktree, limit, "-c", "checkout.workers=0", "checkout", "--quiet");
    }

    /**
     * Puts what another worktree has changed outside of this one's directories into it all the same: it is work, and a file
     * that is not checked out would count as unchanged. Does nothing where everything is checked out.
     *
     * @param changes between what is checked out here, and the other worktree's files
     */
    static void reveal(Git git, Path from, Path to, List<TreeChange> changes) throws InterruptedException, IOException {
        Path patterns = GitFiles.adminDirectoryOf(to).orElse(to).resolve("info/sparse-checkout");
        if (changes.isEmpty() || !Files.exists(patterns)) {
            return;
        }
        Set<String> changed = changes.stream()
                .filter(change -> !change.isNested())
                .map(TreeChange::path)
                .collect(Collectors.toSet());
        // S stands for what is not checked out.
        List<String> hidden = git.runOk(to, LIMIT, "ls-files", "-t", "-z").fields().stream()
                .filter(field -> field.startsWith("S "))
                .map(field -> field.substring(2))
                .filter(changed::contains)
                .toList();
        if (!hidden.isEmpty()) {
            git.runOk(GitCall.of(to, LIMIT, "update-index", "--no-skip-worktree", "-z", "--stdin")
                    .reading((String.join("\0", hidden) + "\0").getBytes(StandardCharsets.UTF_8)));
        }
        new WorkingFiles(from, to)
                .copy(changes.stream()
                        .filter(change -> !change.isNested() && !change.isDeletion())
                        .map(TreeChange::path)
                        .filter(path -> !Files.exists(to.resolve(path), LinkOption.NOFOLLOW_LINKS))
                        .toList());
    }

    /** A line; git takes one that begins with a quote for a C string. */
    private static String quoted(RelativePath directory) {
        String text = directory.value();
        return text.startsWith("\"") || text.contains("\\")
                ? "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n"
                : text + "\n";
    }
}
