package dev.makima.git;

import dev.makima.base.RelativePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
        git.runOk(worktree, limit, "-c", "checkout.workers=0", "checkout", "--quiet", "--no-overlay", "HEAD", "--");
    }

    /** A line; git takes one that begins with a quote for a C string. */
    private static String quoted(RelativePath directory) {
        String text = directory.value();
        return text.startsWith("\"") || text.contains("\\")
                ? "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n"
                : text + "\n";
    }
}
