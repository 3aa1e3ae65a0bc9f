package dev.makima.daemon.command;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.TaskId;
import dev.makima.daemon.completion.CompletionActions;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.GitTools;
import dev.makima.git.HandOver;
import dev.makima.git.MergeOutcome;
import dev.makima.git.PullRequestResult;
import dev.makima.git.Worktree;
import dev.makima.protocol.CreateCheckpoint;
import dev.makima.protocol.CreatePR;
import dev.makima.protocol.MergeTaskToTarget;
import dev.makima.protocol.MergeToTargetResult;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.RetryCompletionAction;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The commands that keep a task's work or bring it to where it is to go. Blocking; thread-safe. */
final class TargetCommands {
    private final TaskPlaces places;
    private final CommandParts parts;
    private final GitTools git;
    private final CompletionActions actions;

    TargetCommands(TaskPlaces places, CommandParts parts) {
        this.places = places;
        this.parts = parts;
        this.git = parts.git();
        this.actions = new CompletionActions(git, parts.leases());
    }

    /** A task that this daemon has no row of, whose worktree it has, was handed over to it by nobody it knows. */
    private HandOver handOver(TaskId taskId) throws InterruptedException {
        return places.record(taskId)
                .map(actions::handOver)
                .orElse(new HandOver(0, () -> parts.leases().require(taskId)));
    }

    Reply mergeToTarget(MergeTaskToTarget command) throws InterruptedException {
        Worktree worktree = places.worktree(command.taskId());
        MergeOutcome outcome = git.targetMerge()
                .by(handOver(command.taskId()))
                .merge(worktree, ref(command.targetBranch()), command.squash());
        return Reply.of(new MergeToTargetResult(
                command.taskId(),
                outcome.success(),
                outcome.message(),
                outcome.commitSha(),
                outcome.conflicts().isEmpty() ? null : outcome.conflicts(),
                null,
                null,
                null));
    }

    Reply createPullRequest(CreatePR command) throws InterruptedException {
        TaskId taskId = command.taskId();
        Worktree worktree = places.worktree(taskId);
        if (places.record(taskId).filter(task -> task.spawn().localOnly()).isPresent()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "task " + taskId + " is local only, so nothing is pushed for a pull request",
                    "Merge it with mergeTaskToTarget, or push it yourself from " + worktree.path());
        }
        PullRequestResult result = git.pullRequests()
                .by(handOver(taskId))
                .create(worktree, command.title(), command.body(), ref(command.baseBranch()), ref(command.branch()));
        return Reply.of(new PrCreated(
                taskId, result.success(), result.message(), result.url(), result.number(), null, null, null));
    }

    /** A run that goes on has not made up its mind about its work, and its agent would lose its branch. */
    Reply retryCompletion(RetryCompletionAction command) throws InterruptedException {
        TaskRecord task = places.known(command.taskId());
        if (!task.state().isTerminal()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "task " + task.taskId() + " is " + task.state().wire()
                            + ", and its completion action is done when it ends",
                    "Wait for its end, or interrupt it");
        }
        if (task.worktree() != null && !command.action().equals("none")) {
            places.worktree(task.taskId());
        }
        return Reply.of(actions.perform(
                task,
                command.taskName().isBlank() ? task.spawn().taskName() : command.taskName(),
                command.action(),
                CompletionActions.target(command.targetRepoPath(), parts.config(), parts.home()),
                Optional.ofNullable(command.targetBranch()),
                !task.spawn().localOnly()));
    }

    Reply checkpoint(CreateCheckpoint command) throws InterruptedException {
        places.worktree(command.taskId());
        return Reply.of(parts.checkpoints().make(places.known(command.taskId()), command.message()));
    }

    /** Nothing given and a blank text mean the same. */
    static @Nullable RefName ref(@Nullable String name) {
        return name == null || name.isBlank() ? null : new RefName(name);
    }
}
