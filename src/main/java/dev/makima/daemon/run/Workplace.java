package dev.makima.daemon.run;

import dev.makima.daemon.project.ProjectSteps;
import dev.makima.git.Worktree;
import dev.makima.git.WorktreeRequest;
import dev.makima.process.RunSpool;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The first part of a run: a place to work. Used by the run's thread alone. */
final class Workplace {
    private final RunServices services;
    private final TaskMachine machine;
    private final RunSpool spool;

    Workplace(RunServices services, TaskMachine machine, RunSpool spool) {
        this.services = services;
        this.machine = machine;
        this.spool = spool;
    }

    /**
     * Makes the working directory: a worktree where the task names a repository, else a temporary directory.
     *
     * @throws dev.makima.base.MakimaException where the repository, the branch or the disk does not allow it
     */
    void prepare() throws InterruptedException {
        SpawnTask spawn = machine.record().spawn();
        @Nullable String repository = spawn.repoUrl();
        if (repository == null || repository.isBlank()) {
            Path directory = services.temporary().create(spawn.taskId());
            machine.update(task -> task.withDirectory(directory, null));
            spool.appendDaemonLine("Working in " + directory + " (the task names no repository).");
            return;
        }
        Worktree worktree = services.git()
                .worktrees()
                .create(new WorktreeRequest(spawn.taskId(), spawn.taskName(), repository, spawn.baseBranch()));
        machine.update(task -> task.withDirectory(worktree.path(), worktree));
        worktree.warnings().forEach(spool::appendDaemonLine);
        spool.appendDaemonLine("Working in " + worktree.path() + " on branch " + worktree.branch() + ", from "
                + worktree.baseBranch() + " at " + shortSha(worktree.baseSha()) + ".");
        new ProjectSteps(
                        services.config(),
                        services.environment(),
                        services.git().git())
                .setUp(spawn, worktree, spool::appendDaemonLine);
    }

    private static String shortSha(String sha) {
        return sha.length() > 10 ? sha.substring(0, 10) : sha;
    }
}
