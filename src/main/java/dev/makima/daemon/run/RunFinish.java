package dev.makima.daemon.run;

import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import dev.makima.daemon.checkpoint.InterruptCheckpoint;
import dev.makima.daemon.lease.Standing;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.process.RunSpool;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last part of a run: what becomes of the work, and the word to the server. Used by the run's thread alone. */
final class RunFinish {
    private final RunServices services;
    private final TaskMachine machine;
    private final RunSpool spool;
    private final CompletionActions actions;

    RunFinish(RunServices services, TaskMachine machine, RunSpool spool) {
        this.services = services;
        this.machine = machine;
        this.spool = spool;
        this.actions = new CompletionActions(services.git());
    }

    /** Does the completion action of a task that is done, tells where the work is, and ends the task. */
    void end(Ending wanted) throws InterruptedException {
        LeasedEnd lease = new LeasedEnd(services, machine, spool);
        Optional<Ending> settled = lease.settled(wanted);
        if (settled.isPresent()) {
            end(settled.get(), lease);
        }
    }

    private void end(Ending ending, LeasedEnd lease) throws InterruptedException {
        if (ending.equals(Ending.WORKTREE_GONE)) {
            machine.giveBack(ending.error(), WorktreeHealth.lost(machine.record()));
            return;
        }
        if (ending.error() != null) {
            spool.appendDaemonLine("Failed: " + ending.error());
        }
        new InterruptCheckpoint(services.config(), services.checkpoints(), services.store(), services.clock())
                .make(ending.state(), machine.record(), spool::appendDaemonLine);
        List<Event> before = new ArrayList<>();
        TaskRecord task = machine.record();
        if (task.directory() != null) {
            if (ending.state() == TaskState.DONE) {
                new SupervisorPatch(services.git())
                        .of(task, spool::appendDaemonLine)
                        .ifPresent(before::add);
            }
            CompletionActionResult result = ending.state() == TaskState.DONE ? complete(task) : leave(task);
            if (ending.state() == TaskState.DONE && !lease.goesOn()) {
                return;
            }
            spool.appendDaemonLine(result.message());
            before.add(Event.of(task.taskId(), result));
        }
        machine.end(ending.state(), ending.error(), before, lengths());
    }

    private StreamLengths lengths() {
        return new StreamLengths(
                spool.length(StreamName.STDOUT), spool.length(StreamName.STDERR), spool.length(StreamName.DAEMON));
    }

    private CompletionActionResult complete(TaskRecord task) throws InterruptedException {
        CompletionActionResult result = act(task);
        if (task.spawn().autoMergeLocal()
                && task.worktree() != null
                && services.leases().awaitWord(task.runId()) == Standing.FREE) {
            result = both(result, actions.mergeLocally(task, localRepository(task)));
        }
        TaskRecord moved = actions.moved(task);
        if (!moved.equals(task)) {
            machine.update(saved ->
                    saved.withDirectory(Objects.requireNonNull(moved.directory(), "it has one"), moved.worktree()));
        }
        return result;
    }

    private CompletionActionResult act(TaskRecord task) throws InterruptedException {
        SpawnTask spawn = task.spawn();
        String action =
                spawn.completionAction() == null || spawn.completionAction().isBlank()
                        ? "none"
                        : spawn.completionAction();
        Optional<Path> target;
        try {
            target = target(spawn);
        } catch (MakimaException e) {
            return CompletionActionResult.failure(task.taskId(), e.explain())
                    .withWork(null, null, String.valueOf(task.directory()));
        }
        return actions.perform(
                task, spawn.taskName(), action, target, Optional.ofNullable(spawn.targetBranch()), !spawn.localOnly());
    }

    private Optional<Path> target(SpawnTask spawn) {
        @Nullable String named = spawn.targetRepoPath();
        if ((named == null || named.isBlank()) && RepositoryPlace.isNew(spawn.repoUrl())) {
            // What began empty has nothing in common with a repository that was configured for other tasks.
            return Optional.empty();
        }
        return CompletionActions.target(named, services.config(), services.home());
    }

    private CompletionActionResult leave(TaskRecord task) throws InterruptedException {
        return actions.perform(task, task.spawn().taskName(), "none", Optional.empty(), Optional.empty(), false);
    }

    /** The path that the task names: the checkout that it is in may move along. A clone of ours has none. */
    private Optional<Path> localRepository(TaskRecord task) {
        return Optional.ofNullable(task.spawn().repoUrl())
                .filter(named -> named.startsWith("/") || named.equals("~") || named.startsWith("~/"))
                .map(services.home()::expand);
    }

    /** One answer for an action and the local merge after it; where the work is now is what the merge says, if it went well. */
    private static CompletionActionResult both(CompletionActionResult action, CompletionActionResult merge) {
        String message = action.message() + "; " + merge.message();
        CompletionActionResult place = merge.success() && merge.branch() != null ? merge : action;
        CompletionActionResult told = action.success() && merge.success()
                ? CompletionActionResult.success(action.taskId(), message)
                : CompletionActionResult.failure(action.taskId(), message);
        CompletionActionResult whole = told.withWork(place.branch(), place.commitSha(), action.worktreePath());
        if (place.filesChanged() != null && place.insertions() != null && place.deletions() != null) {
            whole = whole.withStatistics(place.filesChanged(), place.insertions(), place.deletions());
        }
        return action.prUrl() == null ? whole : whole.withPullRequest(action.prUrl());
    }
}
