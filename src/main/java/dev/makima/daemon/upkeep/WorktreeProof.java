package dev.makima.daemon.upkeep;

import dev.makima.base.MakimaException;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.store.Inventory.RunRow;
import dev.makima.daemon.store.Inventory.TaskRow;
import dev.makima.git.GitTools;
import dev.makima.git.UnsavedWork;
import dev.makima.git.Worktree;
import dev.makima.process.ProcessIdentity;
import dev.makima.process.RunProcesses;
import dev.makima.protocol.TaskState;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a task's worktree may go: the one place that decides it, for the clean-up at the start and for that by command.
 * It may where its task is done or failed, the server has acknowledged all of it, no process has to do with it, and nothing
 * in it is nowhere else. Everything else stays, with the reason. Blocking; thread-safe.
 */
final class WorktreeProof {
    private final GitTools git;
    private final RunProcesses processes;
    private final Path spoolRoot;

    WorktreeProof(GitTools git, RunProcesses processes, Path spoolRoot) {
        this.git = git;
        this.processes = processes;
        this.spoolRoot = spoolRoot;
    }

    /** What is found. */
    sealed interface Verdict {
        /** It is none of a clean-up's business: a task works in it, or will. */
        record InUse() implements Verdict {}

        /** It may go, with this of what is not committed. */
        record MayGo(TaskRow task, UnsavedWork unsaved, String proof) implements Verdict {}

        /** It stays. */
        record Stays(String reason, @Nullable String cure) implements Verdict {}

        /** It stays until the server has acknowledged the rest of its task. */
        record Waits(String reason) implements Verdict {}
    }

    /** Looks at everything that does not take git, and then at that. */
    Verdict of(Worktree worktree, Inventory known) throws InterruptedException {
        boolean worked = known.unfinished().stream()
                .anyMatch(task -> task.taskId().equals(worktree.taskId())
                        || (task.directory() != null && task.directory().equals(worktree.path())));
        if (worked) {
            return new Verdict.InUse();
        }
        Optional<TaskRow> task = known.task(worktree.taskId());
        if (task.isEmpty()) {
            return new Verdict.Stays(
                    "this daemon's database does not know task " + worktree.taskId()
                            + ": it is another daemon's, or older than the database",
                    "Where nobody needs it any more: " + byHand(worktree));
        }
        return of(worktree, task.get(), known);
    }

    private Verdict of(Worktree worktree, TaskRow task, Inventory known) throws InterruptedException {
        if (task.taken()) {
            // By name or id the server would clean up where the task is now, not here.
            return new Verdict.Stays(
                    "task " + task.taskId()
                            + " was given to another daemon, and what was done here is kept as evidence",
                    "Which daemon has it now: makima tasks show " + task.taskId()
                            + ". Where nobody needs what is here: " + byHand(worktree));
        }
        String cleanup = "To give it up: makima tasks cleanup " + task.taskId();
        if (task.state() == TaskState.INTERRUPTED) {
            return new Verdict.Stays("the task was interrupted and can be resumed", cleanup);
        }
        boolean acknowledged = known.runs().stream()
                .filter(run -> run.taskId().equals(task.taskId()))
                .allMatch(RunRow::released);
        if (!acknowledged) {
            return new Verdict.Waits("the server has not acknowledged all output of the task");
        }
        if (known.tellings().contains(task.taskId())) {
            return new Verdict.Waits("the server has not acknowledged all events of the task");
        }
        Optional<String> living = living(worktree, task, known);
        if (living.isPresent()) {
            return new Verdict.Stays(living.get(), "End it first, where it is not needed");
        }
        return byGit(worktree, task, cleanup);
    }

    private static String byHand(Worktree worktree) {
        return "git -C " + worktree.repository() + " worktree remove " + worktree.path();
    }

    private Optional<String> living(Worktree worktree, TaskRow task, Inventory known) {
        for (RunRow run : known.runs()) {
            if (run.taskId().equals(task.taskId())) {
                List<ProcessIdentity> left = processes.of(spoolRoot, task.taskId(), run.runId());
                if (!left.isEmpty()) {
                    return Optional.of("a process of the task lives: " + processes.names(left));
                }
            }
        }
        List<RunProcesses.Occupant> inside = processes.in(worktree.path());
        return inside.isEmpty()
                ? Optional.empty()
                : Optional.of("a process works in it: "
                        + inside.stream()
                                .map(one -> one.name() + " " + one.pid())
                                .collect(Collectors.joining(", ")));
    }

    private Verdict byGit(Worktree worktree, TaskRow task, String cleanup) throws InterruptedException {
        if (git.cleanup().holdsRepositories(worktree)) {
            return new Verdict.Stays(
                    "a submodule has its repository in it, and what was committed there may be nowhere else", cleanup);
        }
        String over = "task " + task.state().wire() + ", all of it acknowledged, ";
        Optional<String> obstacle = git.cleanup().obstacle(worktree);
        if (obstacle.isEmpty()) {
            return new Verdict.MayGo(task, UnsavedWork.KEEP, over + "all of its work committed");
        }
        try {
            if (git.checkpoints().isSaved(worktree)) {
                return new Verdict.MayGo(
                        task, UnsavedWork.DISCARD, over + "all of its work committed or in its last checkpoint");
            }
        } catch (MakimaException e) {
            // No worktree that git can work with: the first reason is the better one.
            System.getLogger(WorktreeProof.class.getName()).log(System.Logger.Level.DEBUG, e.what());
        }
        return new Verdict.Stays(obstacle.get(), cleanup);
    }
}
