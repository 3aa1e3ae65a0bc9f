package dev.makima.git;

import dev.makima.base.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Commits everything in a task's worktree while the agent works there, without the agent noticing.
 *
 * <p><b>Where a checkpoint goes.</b> To a ref of its own, {@code refs/makima/checkpoints/<task id>}, made with an index of our
 * own. The worktree's files, index, HEAD and branch are never written. So nothing that the agent does can fail for it,
 * and {@code git status}, {@code git diff} and {@code git log} tell the agent what it expects.
 *
 * <p><b>Why not to the agent's branch.</b> It was considered, and no care makes it safe. An agent that has run
 * {@code git add} finds "nothing to commit" (exit code 1) once a checkpoint took its changes; {@code git diff} is empty where
 * it wants to see its work; an {@code --amend} changes our commit. A branch that moves between git's look at HEAD and its
 * update ends the agent's commit with "cannot lock ref". And the index would have to follow under index.lock, which
 * makes any git command of the agent fail that comes in that moment: git does not wait for that lock.
 *
 * <p><b>History.</b> A checkpoint's parent is the one before; where the agent has committed since, its first parent is the
 * agent's commit and the second the checkpoint before. So every checkpoint stays reachable, and pushing one only ever adds.
 *
 * <p><b>Pushing</b> goes to the ref of the same name at origin: no branch that people see, that starts builds, or that the agent's
 * own push could clash with. {@code git fetch origin refs/makima/checkpoints/<task id>} gets it. It happens on a thread of its
 * own, see {@link CheckpointPushes}.
 *
 * <p>Thread-safe; blocking; two calls for one task take turns. Never waits for a lock of the agent's or for a remote.
 */
public final class Checkpoints implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());
    private static final int TRIES = 3;
    private static final int MESSAGE_LIMIT = 64 * 1024;

    private final Git git;
    private final RepositoryLocks turns = new RepositoryLocks();
    private final CheckpointPushes pushes;

    /** Checkpoints by this git. There should be one object of this per process. */
    public Checkpoints(Git git) {
        this.git = git;
        this.pushes = new CheckpointPushes(git);
    }

    /**
     * Makes a checkpoint of everything that is not ignored: committed, staged, neither, and untracked. Where it would hold
     * just what the last one holds, or without one what the task started from, none is made: work that the agent has
     * committed is saved like any other, since its branch is on this machine alone.
     *
     * <p>While a merge, a rebase or the like is in progress, or there are conflicts, nothing is done. Where the agent commits
     * or switches branches meanwhile, it is tried again, at once and at most twice.
     *
     * @param message the commit's message
     * @param push whether to push it to origin, if there is one; how that ends is only logged
     * @throws InterruptedException where the calling thread was interrupted
     * @throws dev.makima.base.MakimaException CONFLICT where the directory is not the task's worktree any more;
     *     COMMAND_FAILED, TIMEOUT or IO where git or the disk did not do it
     */
    public Checkpoint make(Worktree worktree, String message, boolean push) throws InterruptedException {
        return make(worktree, message, push ? Optional.of(HandOver.NONE) : Optional.empty());
    }

    /**
     * As {@link #make(Worktree, String, boolean)}.
     *
     * @param push by what to push it to origin, which is asked again before the push; empty for not at all
     */
    public Checkpoint make(Worktree worktree, String message, Optional<HandOver> push) throws InterruptedException {
        Checkpoint checkpoint = turns.locked(worktree.path(), () -> snapshot(worktree, message));
        if (push.isPresent() && checkpoint instanceof Checkpoint.Made made) {
            pushes.offer(worktree, made.commitSha(), push.get());
        }
        return checkpoint;
    }

    /** The last checkpoint's commit, if there is one; also where the worktree is gone. */
    public Optional<String> last(Worktree worktree) throws InterruptedException {
        return lastOf(worktree).map(Last::sha);
    }

    /**
     * Whether the last checkpoint holds everything that is in the worktree now, commits and files, but for what git is told
     * to ignore. Changes nothing.
     *
     * @throws InterruptedException where the calling thread was interrupted
     * @throws dev.makima.base.MakimaException as {@link #make}
     */
    public boolean isSaved(Worktree worktree) throws InterruptedException {
        return turns.locked(worktree.path(), () -> {
            try (ScratchIndex index = ScratchIndex.of(git, worktree, ScratchIndex.Store.SCRATCH)) {
                Optional<Last> last = lastOf(worktree);
                return last.isPresent()
                        && unsettled(index).isEmpty()
                        && index.workingTree().equals(last.get().tree())
                        && git.run(index.call(
                                        "merge-base",
                                        "--is-ancestor",
                                        "HEAD",
                                        last.get().sha()))
                                .ok();
            }
        });
    }

    /**
     * Deletes the ref with the task's checkpoints in its own repository; none is fine. What was pushed stays.
     *
     * @throws dev.makima.base.MakimaException COMMAND_FAILED where git could not
     */
    public void forget(Worktree worktree) throws InterruptedException {
        turns.locked(worktree.path(), () -> {
            git.runOk(
                    worktree.repository(), Duration.ofSeconds(30), "update-ref", "-d", TaskNames.checkpoints(worktree));
            return true;
        });
    }

    /**
     * Waits until no push is under way or waiting.
     *
     * @return false where that took longer
     */
    public boolean awaitPushes(Duration atMost) throws InterruptedException {
        return pushes.awaitIdle(atMost);
    }

    /** Ends the pushes under way. */
    @Override
    public void close() {
        pushes.close();
    }

    private record Last(String sha, String tree) {}

    private Optional<Last> lastOf(Worktree worktree) throws InterruptedException {
        String[] found = git.runOk(
                        worktree.repository(),
                        Duration.ofSeconds(30),
                        "for-each-ref",
                        "--format=%(objectname) %(tree)",
                        TaskNames.checkpoints(worktree))
                .text()
                .split(" ", 2);
        return found.length == 2 ? Optional.of(new Last(found[0], found[1])) : Optional.empty();
    }

    private Checkpoint snapshot(Worktree worktree, String message) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try (ScratchIndex index = ScratchIndex.of(git, worktree, ScratchIndex.Store.REPOSITORY)) {
                Optional<Checkpoint> unsettled = unsettled(index);
                if (unsettled.isPresent()) {
                    return unsettled.get();
                }
                Optional<Head> before = Head.read(git, index);
                String tree = index.workingTree();
                Optional<Head> after = Head.read(git, index);
                boolean moved = !before.equals(after);
                if (moved && tries < TRIES) {
                    continue;
                }
                Optional<Checkpoint> begun = inProgress(index);
                if (begun.isPresent()) {
                    return begun.get();
                }
                if (after.isEmpty()) {
                    return new Checkpoint.None("the branch in " + worktree.path() + " has no commit yet");
                }
                return commit(new Snapshot(worktree, index, after.get(), tree), message);
            }
        }
    }

    private Optional<Checkpoint> unsettled(ScratchIndex index) throws InterruptedException {
        Optional<Checkpoint> begun = inProgress(index);
        if (begun.isPresent()) {
            return begun;
        }
        return index.unmerged().isEmpty()
                ? Optional.empty()
                : Optional.of(new Checkpoint.None("there are unresolved conflicts, which are left alone"));
    }

    private static Optional<Checkpoint> inProgress(ScratchIndex index) {
        return WorktreeState.operationIn(index.admin())
                .map(what -> new Checkpoint.None("a " + what + " is in progress, which is left alone"));
    }

    private record Snapshot(Worktree worktree, ScratchIndex index, Head head, String tree) {}

    private Checkpoint commit(Snapshot snapshot, String message) throws InterruptedException {
        ScratchIndex index = snapshot.index();
        String head = snapshot.head().sha();
        TaskId task = snapshot.worktree().taskId();
        Optional<Last> last = lastOf(snapshot.worktree());
        boolean committed = treeOf(index, head).equals(Optional.of(snapshot.tree()));
        String base = snapshot.worktree().baseSha();
        Optional<String> begun = last.isPresent() ? Optional.of(last.get().tree()) : treeOf(index, base);
        // A task without a checkpoint that has put everything back by hand may still lose that.
        if (begun.map(snapshot.tree()::equals).orElse(committed) && (last.isPresent() || committed)) {
            return Checkpoint.None.NO_CHANGES;
        }
        boolean continues = last.isPresent()
                && git.run(index.call(
                                "merge-base", "--is-ancestor", head, last.get().sha()))
                        .ok();
        List<String> parents = new ArrayList<>();
        if (!continues) {
            parents.add(head);
        }
        last.map(Last::sha).ifPresent(parents::add);
        String sha = write(snapshot, parents, message);
        git.runOk(index.call(
                "update-ref",
                "-m",
                "makima: checkpoint",
                TaskNames.checkpoints(snapshot.worktree()),
                sha,
                last.map(Last::sha).orElse("0".repeat(sha.length()))));
        LOG.log(System.Logger.Level.DEBUG, "checkpoint {0} of task {1}", sha, task);
        // What is all committed differs in nothing from its parent: it is told what came since the last word of it.
        boolean sinceBase = last.isEmpty() && begun.isPresent();
        String since = last.map(Last::sha).orElse(sinceBase ? base : head);
        return described(snapshot, committed ? since : parents.getFirst(), sha);
    }

    /** The commit's tree; none for a commit that is not here. */
    private Optional<String> treeOf(ScratchIndex index, String commit) throws InterruptedException {
        GitResult found =
                git.run(index.call("rev-parse", "--verify", "--quiet", "--end-of-options", commit + "^{tree}"));
        return found.ok() ? Optional.of(found.text()) : Optional.empty();
    }

    private String write(Snapshot snapshot, List<String> parents, String message) throws InterruptedException {
        RepositoryConfig config = RepositoryConfig.read(git, snapshot.worktree().path());
        List<String> arguments = new ArrayList<>(List.of("-c", "i18n.commitEncoding=UTF-8"));
        arguments.addAll(Commits.identity(git, config));
        arguments.addAll(List.of("commit-tree", snapshot.tree()));
        parents.forEach(parent -> arguments.addAll(List.of("-p", parent)));
        arguments.addAll(List.of("-F", "-"));
        return git.runOk(snapshot.index()
                        .call(arguments.toArray(String[]::new))
                        .reading(text(message).getBytes(StandardCharsets.UTF_8)))
                .text();
    }

    /** Git takes no NUL in a message and makes no commit with an empty one. */
    private static String text(String message) {
        String clean = message.replace("\0", "").strip();
        String some = clean.isEmpty() ? "Checkpoint" : clean;
        return some.substring(0, Math.min(some.length(), MESSAGE_LIMIT)) + "\n";
    }

    private Checkpoint described(Snapshot snapshot, String from, String sha) throws InterruptedException {
        GitResult diff = git.runOk(snapshot.index()
                .call(
                        "diff-tree",
                        "-r",
                        "-z",
                        "--raw",
                        "--numstat",
                        "--find-renames",
                        "--no-ext-diff",
                        "--no-textconv",
                        "--no-color",
                        "--no-relative",
                        from,
                        sha));
        List<FileChange> files = new ArrayList<>();
        List<String> fields = diff.fields();
        int at = 0;
        for (; at < fields.size() && fields.get(at).startsWith(":"); at += 2) {
            String status = fields.get(at).substring(fields.get(at).lastIndexOf(' ') + 1);
            if (status.startsWith("R") || status.startsWith("C")) {
                // The old path comes first.
                at++;
            }
            files.add(new FileChange(status.substring(0, 1), fields.get(at + 1)));
        }
        DiffStat lines = Changes.count(fields.subList(at, fields.size()));
        return new Checkpoint.Made(
                sha,
                snapshot.head().branch().orElse(Checkpoint.Made.NO_BRANCH),
                files,
                lines.insertions(),
                lines.deletions());
    }
}
