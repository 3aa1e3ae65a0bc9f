package dev.makima.daemon.command;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.EndTask;
import dev.makima.daemon.bus.PassingFrame;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Checkpoint;
import dev.makima.git.CleanupResult;
import dev.makima.git.GitTools;
import dev.makima.git.TempDirectories;
import dev.makima.git.UnsavedWork;
import dev.makima.git.Worktree;
import dev.makima.git.WorktreeCleanup;
import dev.makima.git.WorktreeInfo;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.CleanupWorktreeResult;
import dev.makima.protocol.TaskOutput;
import io.vertx.core.eventbus.EventBus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The command that removes what a task leaves on this machine. A run of it is ended before; that none
 * begins meanwhile is the task runner's to see to.
 *
 * <p>With the branch, everything of the task goes, since that was asked for. Without it the branch is to stay with the
 * work: what is uncommitted is put into a last checkpoint then, and where that is not possible the worktree stays. Where what is
 * unmerged is to stay it is the same, but a branch whose commits another one has goes; the task is then known until nothing is left
 * of it, so that the same can be asked again once more is merged.
 * Blocking; thread-safe.
 */
final class CleanupCommand {
    private static final long ENDS_WITHIN_SECONDS = 35;

    /** What becomes of the branch. */
    private enum Branch {
        STAYS,
        GOES_WHERE_MERGED,
        GOES;

        static Branch of(CleanupWorktree command) {
            if (!command.deleteBranch()) {
                return STAYS;
            }
            return Boolean.TRUE.equals(command.keepUnmerged()) ? GOES_WHERE_MERGED : GOES;
        }
    }

    private final TaskPlaces places;
    private final GitTools git;
    private final TempDirectories temporary;
    private final ProjectSteps steps;
    private final EventBus bus;

    CleanupCommand(TaskPlaces places, GitTools git, TempDirectories temporary, ProjectSteps steps, EventBus bus) {
        this.places = places;
        this.git = git;
        this.temporary = temporary;
        this.steps = steps;
        this.bus = bus;
    }

    Reply cleanup(CleanupWorktree command) throws InterruptedException {
        TaskId taskId = command.taskId();
        refuseWhereOthersWork(taskId);
        endRun(taskId);
        Branch branch = Branch.of(command);
        Optional<Worktree> own =
                places.record(taskId).filter(task -> !task.sharesWorktree()).flatMap(task -> places.find(taskId, task));
        CleanupResult result = remove(taskId, branch);
        boolean over =
                result.success() && !(branch == Branch.GOES_WHERE_MERGED && own.isPresent() && leftBranch(own.get()));
        Reply reply = Reply.of(new CleanupWorktreeResult(taskId, result.success(), result.message(), null, null, null));
        return over ? reply.saving(events -> new StoreRequest.ForgetTask(taskId, events)) : reply;
    }

    private boolean leftBranch(Worktree worktree) throws InterruptedException {
        try {
            return git.cleanup().leftBranch(worktree);
        } catch (MakimaException e) {
            // What is known of it is of use where one is there, and else does no harm.
            return true;
        }
    }

    /** Tasks of a supervisor may work in its worktree, and none of them was told to end. */
    private void refuseWhereOthersWork(TaskId taskId) throws InterruptedException {
        @Nullable TaskRecord task = places.record(taskId).orElse(null);
        Optional<Worktree> worktree = places.find(taskId, task);
        if (worktree.isPresent() && (task == null || !task.sharesWorktree())) {
            refuseWhereOthersWork(taskId, worktree.get().path());
        }
        for (Worktree aside : setAside(taskId)) {
            refuseWhereOthersWork(taskId, aside.path());
        }
    }

    private void refuseWhereOthersWork(TaskId taskId, Path worktree) throws InterruptedException {
        List<TaskId> others = places.workingIn(worktree, taskId);
        if (!others.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "the worktree " + worktree + " of task " + taskId + " is worked in by "
                            + others.stream().map(TaskId::toString).collect(Collectors.joining(", "))
                            + ", so it stays",
                    "Interrupt these tasks, or wait for their end");
        }
    }

    private void endRun(TaskId taskId) throws InterruptedException {
        try {
            Addresses.END_TASK
                    .request(bus, new EndTask(taskId))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw alive(taskId, e);
        }
        // A run that the daemon's own end cut short has left its agent at work.
        if (places.record(taskId).filter(task -> !task.state().isTerminal()).isPresent()) {
            throw alive(taskId, null);
        }
    }

    private static MakimaException alive(TaskId taskId, @Nullable Exception cause) {
        return new MakimaException(
                ErrorCode.CONFLICT,
                "task " + taskId + " was told to end and has not ended yet, so everything stays",
                "Try again in a moment",
                cause);
    }

    /** What was set aside for newer work goes first: with the worktree all branches may go, and one that is in use stays. */
    private CleanupResult remove(TaskId taskId, Branch branch) throws InterruptedException {
        @Nullable TaskRecord task = places.record(taskId).orElse(null);
        List<String> said = new ArrayList<>();
        for (Worktree aside : setAside(taskId)) {
            CleanupResult result = remove(aside, branch, () -> tearDown(task, aside));
            if (!result.success()) {
                return result;
            }
            said.add(result.message());
        }
        CleanupResult last = remove(taskId, task, branch);
        said.add(last.message());
        return new CleanupResult(last.success(), String.join("; ", said));
    }

    private List<Worktree> setAside(TaskId taskId) {
        return git.worktrees().setAside().stream()
                .filter(worktree -> worktree.taskId().equals(taskId))
                .toList();
    }

    private CleanupResult remove(TaskId taskId, @Nullable TaskRecord task, Branch branch) throws InterruptedException {
        Optional<Worktree> found = places.find(taskId, task);
        boolean directory = temporary.remove(taskId);
        if (found.isEmpty()) {
            return new CleanupResult(
                    true, directory ? "removed the task's temporary directory" : "nothing was there to remove");
        }
        Worktree worktree = found.get();
        if (task != null && task.sharesWorktree()) {
            return new CleanupResult(
                    true, "the task worked in the worktree of another one, which stays: " + worktree.path());
        }
        return remove(worktree, branch, () -> tearDown(task, worktree));
    }

    private CleanupResult remove(Worktree worktree, Branch branch, WorktreeCleanup.Before before)
            throws InterruptedException {
        return branch == Branch.GOES
                ? git.cleanup().cleanup(worktree, true, UnsavedWork.DISCARD, before)
                : removeKeepingTheWork(worktree, branch == Branch.GOES_WHERE_MERGED, before);
    }

    private void tearDown(@Nullable TaskRecord task, Worktree worktree) throws InterruptedException {
        if (task != null) {
            steps.tearDown(
                    task.spawn(),
                    worktree,
                    line -> Addresses.PASSING_FRAME.send(
                            bus, new PassingFrame(new TaskOutput(task.taskId(), line, false))));
        }
    }

    private CleanupResult removeKeepingTheWork(Worktree worktree, boolean mergedBranch, WorktreeCleanup.Before before)
            throws InterruptedException {
        boolean there = Files.isDirectory(worktree.path());
        CleanupResult calmly = git.cleanup().cleanup(worktree, mergedBranch, UnsavedWork.KEEP, before);
        if (calmly.success()) {
            if (there) {
                forgetCheckpoints(worktree);
            }
            return calmly;
        }
        if (!isUncommitted(worktree)) {
            return calmly;
        }
        Checkpoint saved = git.checkpoints().make(worktree, "Before the worktree was removed", false);
        Optional<String> last = git.checkpoints().last(worktree);
        boolean holdsAll = saved instanceof Checkpoint.Made || saved.equals(Checkpoint.None.NO_CHANGES);
        if (!holdsAll || last.isEmpty()) {
            return calmly;
        }
        CleanupResult result = git.cleanup().cleanup(worktree, false, UnsavedWork.DISCARD, before);
        return result.success()
                ? new CleanupResult(
                        true,
                        result.message() + "; what was uncommitted is in commit " + last.get() + " of "
                                + worktree.repository())
                : result;
    }

    /** What the branch has is not needed twice. */
    private void forgetCheckpoints(Worktree worktree) throws InterruptedException {
        if (Files.isDirectory(worktree.repository())) {
            git.checkpoints().forget(worktree);
        }
    }

    private boolean isUncommitted(Worktree worktree) throws InterruptedException {
        try {
            return !WorktreeInfo.read(git.git(), worktree).files().isEmpty();
        } catch (MakimaException e) {
            // Not a worktree any more: the clean-up has said so already, and better.
            return false;
        }
    }
}
