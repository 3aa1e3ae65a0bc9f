package dev.makima.daemon.completion;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.GitTools;
import dev.makima.git.Patch;
import dev.makima.git.Worktree;
import dev.makima.protocol.MergePatchToSupervisor;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The finished change of a task whose supervisor's worktree is on another machine, for that machine. Blocking. */
final class SupervisorPatch {
    private final GitTools git;

    SupervisorPatch(GitTools git) {
        this.git = git;
    }

    /**
     * The event that carries the change; empty where the supervisor's worktree is the one that the task worked in, where
     * there is no change, and where it can't be made, which is said.
     *
     * @param say takes lines for people
     */
    Optional<Event> of(TaskRecord task, Consumer<String> say) throws InterruptedException {
        @Nullable TaskId supervisor = task.spawn().supervisorWorktreeTaskId();
        @Nullable Worktree worktree = task.worktree();
        if (supervisor == null || supervisor.equals(task.taskId()) || worktree == null || task.sharesWorktree()) {
            return Optional.empty();
        }
        try {
            Patch patch = git.patches().make(worktree, worktree.baseSha());
            if (patch.isEmpty()) {
                say.accept("Nothing was changed, so there is nothing for the supervisor.");
                return Optional.empty();
            }
            say.accept("The change (" + patch.filesChanged() + " files) goes to the supervisor, task " + supervisor
                    + ", whose worktree is on another machine.");
            @Nullable Long fence = task.fence() == 0 ? null : task.fence();
            return Optional.of(Event.of(
                    task.taskId(),
                    new MergePatchToSupervisor(
                            task.taskId(), supervisor, patch.base64(), patch.baseSha(), null, fence)));
        } catch (MakimaException e) {
            say.accept("The change could not be sent to the supervisor, task " + supervisor + ": " + e.explain());
            return Optional.empty();
        }
    }
}
