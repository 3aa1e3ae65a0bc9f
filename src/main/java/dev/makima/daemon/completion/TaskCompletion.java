package dev.makima.daemon.completion;

import dev.makima.base.MakimaException;
import dev.makima.base.UserHome;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.SavedTask;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.GitTools;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What becomes of a task's work when its run ends. Thread-safe; blocking. */
public final class TaskCompletion {
    private final DaemonConfig config;
    private final UserHome home;
    private final Leases leases;
    private final CompletionActions actions;
    private final SupervisorPatch supervisor;

    /**
     * The completion of one daemon's tasks.
     *
     * @param home expands ~ in paths of tasks
     * @param leases what may be done for which task
     */
    public TaskCompletion(DaemonConfig config, GitTools git, UserHome home, Leases leases) {
        this.leases = leases;
        this.config = config;
        this.home = home;
        this.actions = new CompletionActions(git, leases);
        this.supervisor = new SupervisorPatch(git);
    }

    /**
     * Does the completion action of a task that is done, and tells where the work is.
     *
     * @param done whether the work is; what is not stays where it is
     * @param say takes lines for people
     * @return what the server is told before the end; nothing of a task that has no place to work
     */
    public List<Event> of(SavedTask saved, boolean done, Consumer<String> say) throws InterruptedException {
        TaskRecord task = saved.record();
        if (task.directory() == null) {
            return List.of();
        }
        List<Event> told = new ArrayList<>();
        if (done) {
            supervisor.of(task, say).ifPresent(told::add);
        }
        CompletionActionResult result = done ? complete(saved) : leave(task);
        say.accept(result.message());
        told.add(Event.of(task.taskId(), result));
        return told;
    }

    private CompletionActionResult complete(SavedTask saved) throws InterruptedException {
        TaskRecord task = saved.record();
        CompletionActionResult result = act(task);
        if (task.spawn().autoMergeLocal() && task.worktree() != null && leases.allows(task.taskId())) {
            result = both(result, actions.mergeLocally(task, localRepository(task)));
        }
        TaskRecord moved = actions.moved(task);
        if (!moved.equals(task)) {
            saved.update(kept ->
                    kept.withDirectory(Objects.requireNonNull(moved.directory(), "it has one"), moved.worktree()));
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
        if ((named == null || named.isBlank()) && spawn.startsNewRepository()) {
            // What began empty has nothing in common with a repository that was configured for other tasks.
            return Optional.empty();
        }
        return CompletionActions.target(named, config, home);
    }

    private CompletionActionResult leave(TaskRecord task) throws InterruptedException {
        return actions.perform(task, task.spawn().taskName(), "none", Optional.empty(), Optional.empty(), false);
    }

    /** The path that the task names: the checkout that it is in may move along. A clone of ours has none. */
    private Optional<Path> localRepository(TaskRecord task) {
        return Optional.ofNullable(task.spawn().repoUrl())
                .filter(named -> named.startsWith("/") || named.equals("~") || named.startsWith("~/"))
                .map(home::expand);
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
