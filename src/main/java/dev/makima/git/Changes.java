package dev.makima.git;

import dev.makima.base.MakimaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a task has changed. Thread-safe; blocking. */
public final class Changes {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Git git;

    /** Changes as this git sees them. */
    public Changes(Git git) {
        this.git = git;
    }

    /**
     * Everything that differs from the task's base commit: committed, staged, neither, and untracked (ignored files are
     * not counted). Works on a copy of the index, so that an agent at work there never meets a lock or an entry of ours.
     *
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException CONFLICT where the directory is no worktree any more; COMMAND_FAILED, TIMEOUT or IO
     *     where it cannot be read
     */
    public DiffStat stat(Worktree worktree) throws InterruptedException {
        try (ScratchIndex index = ScratchIndex.withNewFiles(git, worktree)) {
            return count(git.runOk(index.call(diff(worktree.baseSha()))));
        }
    }

    /**
     * A hash of everything that is in the worktree and not ignored: paths, kinds, contents. The same files have the same
     * hash, committed or not, staged or not. Reads only files that git's index does not know to be unchanged, and stores
     * nothing in the repository. Nested repositories do not count.
     *
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException as {@link #stat}
     */
    public String contentHash(Worktree worktree) throws InterruptedException {
        try (ScratchIndex index = ScratchIndex.of(git, worktree, ScratchIndex.Store.SCRATCH)) {
            return index.workingTreeHash();
        }
    }

    /** What differs between two commits. */
    DiffStat between(Path directory, String from, String to) throws InterruptedException {
        return count(git.runOk(GitCall.of(directory, LIMIT, diff(from, to))));
    }

    private static String[] diff(String... commits) {
        List<String> arguments = new ArrayList<>(List.of(
                "diff",
                "--numstat",
                "-z",
                "--find-renames",
                "--no-ext-diff",
                "--no-textconv",
                "--no-color",
                "--ignore-submodules=dirty",
                "--end-of-options"));
        arguments.addAll(List.of(commits));
        arguments.add("--");
        return arguments.toArray(String[]::new);
    }

    /** Sums up --numstat -z: {@code added TAB deleted TAB path NUL}; of a rename, both paths follow, each with a NUL. */
    static DiffStat count(GitResult numstat) {
        return count(numstat.fields());
    }

    /** The same of its fields. */
    static DiffStat count(List<String> fields) {
        int files = 0;
        int insertions = 0;
        int deletions = 0;
        for (int i = 0; i < fields.size(); i++) {
            String[] parts = fields.get(i).split("\t", 3);
            if (parts.length < 3) {
                continue;
            }
            if (parts[2].isEmpty()) {
                i += 2;
            }
            files++;
            insertions += number(parts[0]);
            deletions += number(parts[1]);
        }
        return new DiffStat(files, insertions, deletions);
    }

    /** A binary file has "-" for its lines. */
    static int number(String text) {
        return text.equals("-") ? 0 : Integer.parseInt(text);
    }
}
