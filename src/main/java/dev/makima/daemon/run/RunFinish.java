package dev.makima.daemon.run;

import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.CompletionResult;
import dev.makima.git.DiffStat;
import dev.makima.git.Worktree;
import dev.makima.process.RunSpool;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskState;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last part of a run: what becomes of the work, and the word to the server. Used by the run's thread alone. */
final class RunFinish {
    private static final System.Logger LOG = System.getLogger(RunFinish.class.getName());

    private final RunServices services;
    private final TaskMachine machine;
    private final RunSpool spool;

    RunFinish(RunServices services, TaskMachine machine, RunSpool spool) {
        this.services = services;
        this.machine = machine;
        this.spool = spool;
    }

    /** Does the completion action of a task that is done, tells where the work is, and ends the task. */
    void end(Ending ending) throws InterruptedException {
        if (ending.equals(Ending.WORKTREE_GONE)) {
            machine.giveBack(ending.error(), WorktreeHealth.lost(machine.record()));
            return;
        }
        if (ending.error() != null) {
            spool.appendDaemonLine("Failed: " + ending.error());
        }
        List<Event> before = work(ending)
                .map(result -> {
                    spool.appendDaemonLine(result.message());
                    return List.of(Event.of(machine.record().taskId(), result));
                })
                .orElse(List.of());
        machine.end(ending.state(), ending.error(), before, lengths());
    }

    private StreamLengths lengths() {
        return new StreamLengths(
                spool.length(StreamName.STDOUT), spool.length(StreamName.STDERR), spool.length(StreamName.DAEMON));
    }

    private Optional<CompletionActionResult> work(Ending ending) throws InterruptedException {
        TaskRecord task = machine.record();
        if (task.directory() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    ending.state() == TaskState.DONE && task.worktree() != null
                            ? complete(task, task.worktree())
                            : leave(task));
        } catch (MakimaException e) {
            return Optional.of(located(CompletionActionResult.failure(task.taskId(), e.explain()), task, null, null));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "task " + task.taskId() + ": the completion action broke", e);
            return Optional.of(located(
                    CompletionActionResult.failure(task.taskId(), "a mistake of the daemon: " + e), task, null, null));
        }
    }

    private CompletionActionResult complete(TaskRecord task, Worktree worktree) throws InterruptedException {
        String action =
                task.spawn().completionAction() == null ? "none" : task.spawn().completionAction();
        return switch (action) {
            case "none" -> leave(task);
            case "branch" -> {
                CompletionResult result = services.git()
                        .completion()
                        .branch(
                                worktree,
                                task.spawn().taskName(),
                                target(task).orElse(null),
                                !task.spawn().localOnly());
                rememberWhereItIs(task, worktree);
                CompletionActionResult frame = result.success()
                        ? CompletionActionResult.success(task.taskId(), result.message())
                        : CompletionActionResult.failure(task.taskId(), result.message());
                yield located(frame, task, result.branch(), result.commitSha())
                        .withStatistics(
                                result.stat().filesChanged(),
                                result.stat().insertions(),
                                result.stat().deletions());
            }
            default -> {
                DiffStat stat = services.git().changes().stat(worktree);
                yield located(
                                CompletionActionResult.failure(
                                        task.taskId(),
                                        "completion action '" + action + "' is not in this version yet. The work is in "
                                                + worktree.path() + " on branch " + worktree.branch()),
                                task,
                                worktree.branch(),
                                null)
                        .withStatistics(stat.filesChanged(), stat.insertions(), stat.deletions());
            }
        };
    }

    /** A branch in the worktree's own repository is the task's branch moved: what is saved follows it. */
    private void rememberWhereItIs(TaskRecord task, Worktree before) throws InterruptedException {
        Worktree now = services.git().worktrees().find(task.taskId()).orElse(before);
        machine.update(saved -> saved.withDirectory(now.path(), now));
    }

    /** The work stays where it is: said, with its size. */
    private CompletionActionResult leave(TaskRecord task) throws InterruptedException {
        @Nullable Worktree worktree = task.worktree();
        if (worktree == null) {
            return located(
                    CompletionActionResult.success(task.taskId(), "The work is in " + task.directory()),
                    task,
                    null,
                    null);
        }
        DiffStat stat = services.git().changes().stat(worktree);
        return located(
                        CompletionActionResult.success(
                                task.taskId(), "The work is in " + worktree.path() + " on branch " + worktree.branch()),
                        task,
                        worktree.branch(),
                        null)
                .withStatistics(stat.filesChanged(), stat.insertions(), stat.deletions());
    }

    private Optional<Path> target(TaskRecord task) {
        @Nullable String named = task.spawn().targetRepoPath();
        if (named == null || named.isBlank()) {
            return services.config().worktree().defaultTargetRepo();
        }
        return Optional.of(services.home().expand(named));
    }

    private static CompletionActionResult located(
            CompletionActionResult frame, TaskRecord task, @Nullable String branch, @Nullable String sha) {
        return frame.withWork(
                branch, sha, task.directory() == null ? null : task.directory().toString());
    }
}
