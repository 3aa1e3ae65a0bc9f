package dev.makima.git;

import dev.makima.base.ErrorCode;
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
        try (ScratchIndex index = ScratchIndex.of(git, worktree)) {
            return count(git.runOk(index.using(diff(worktree.path(), worktree.baseSha()))));
        }
    }

    /** What differs between two commits. */
    DiffStat between(Path directory, String from, String to) throws InterruptedException {
        return count(git.runOk(diff(directory, from, to)));
    }

    private static GitCall diff(Path directory, String... commits) {
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
        return GitCall.of(directory, LIMIT, arguments.toArray(String[]::new));
    }

    /** Sums up --numstat -z: {@code added TAB deleted TAB path NUL}; of a rename, both paths follow, each with a NUL. */
    static DiffStat count(GitResult numstat) {
        int files = 0;
        int insertions = 0;
        int deletions = 0;
        List<String> fields = numstat.fields();
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

    static MakimaException gone(Worktree worktree) {
        return new MakimaException(
                ErrorCode.CONFLICT,
                worktree.path() + " is not the worktree of task " + worktree.taskId() + " any more",
                "Run the task again to have its branch checked out");
    }
}
