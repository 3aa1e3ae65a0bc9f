package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was changed in a worktree, as the text of a git diff for people: binary files only marked, bytes that are no UTF-8
 * replaced, names in Unicode as they are. It cannot be applied where either matters.
 *
 * <p>Never touches the agent's index. Thread-safe; blocking.
 */
public final class Diffs {
    /** How long a diff may be where nothing is said: 8 MiB, which fits a frame of 16 MiB with its escapes. */
    public static final int BYTES_DEFAULT = 8 * 1024 * 1024;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Git git;
    private final int maxBytes;

    /** Diffs of at most {@link #BYTES_DEFAULT}. */
    public Diffs(Git git) {
        this(git, BYTES_DEFAULT);
    }

    /**
     * Diffs by this git.
     *
     * @param maxBytes how long a diff may be
     */
    public Diffs(Git git, int maxBytes) {
        this.git = git;
        this.maxBytes = maxBytes;
    }

    /**
     * The task's whole change against the commit it started from: committed, uncommitted, and new files that are not
     * ignored.
     *
     * @return empty where nothing changed
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException VALIDATION where it is longer than the limit; CONFLICT where the directory is not this
     *     task's worktree any more; COMMAND_FAILED, TIMEOUT or IO where it cannot be read
     */
    public String task(Worktree worktree) throws InterruptedException {
        return diff(worktree, worktree.baseSha(), null);
    }

    /**
     * What is uncommitted, new files that are not ignored included.
     *
     * @param file one file to tell about, or a directory, or null for all; one that is not there has no changes
     * @return empty where nothing is uncommitted
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException as {@link #task}
     */
    public String worktree(Worktree worktree, @Nullable RelativePath file) throws InterruptedException {
        TaskCheckout.admin(worktree);
        return diff(worktree, headOrNothing(git, worktree.path()), file);
    }

    /** The commit that is checked out, or the empty tree where there is none yet. */
    static String headOrNothing(Git git, Path directory) throws InterruptedException {
        var head = Revision.commit(git, directory, "HEAD");
        return head.isPresent()
                ? head.get()
                : git.runOk(GitCall.of(directory, LIMIT, "hash-object", "-t", "tree", "--stdin")
                                .reading(new byte[0]))
                        .text();
    }

    private String diff(Worktree worktree, String from, @Nullable RelativePath file) throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "-c",
                "core.quotePath=false",
                "-c",
                "diff.suppressBlankEmpty=false",
                "-c",
                "diff.orderFile=/dev/null",
                "diff",
                "--find-renames",
                "--no-ext-diff",
                "--no-textconv",
                "--no-color",
                "--no-relative",
                "--no-indent-heuristic",
                "--unified=3",
                "--inter-hunk-context=0",
                "--submodule=short",
                "--src-prefix=a/",
                "--dst-prefix=b/",
                "--ignore-submodules=dirty",
                "--end-of-options",
                from,
                "--"));
        if (file != null) {
            arguments.add(file.value());
        }
        try (ScratchIndex index = ScratchIndex.withNewFiles(git, worktree)) {
            GitCall call = index.call(arguments.toArray(String[]::new))
                    .with("GIT_LITERAL_PATHSPECS", "1")
                    .keeping(maxBytes);
            GitResult result = git.run(call);
            if (!result.ok()) {
                throw GitFailure.of(call, result);
            }
            if (result.truncated()) {
                throw new MakimaException(
                        ErrorCode.VALIDATION,
                        "the diff of " + worktree.path() + " is longer than " + maxBytes + " bytes",
                        "Ask for the files one by one, or look at it there: git diff "
                                + from.substring(0, Math.min(12, from.length())));
            }
            return new String(result.bytes(), StandardCharsets.UTF_8);
        }
    }
}
