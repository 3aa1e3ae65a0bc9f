package dev.makima.daemon.place;

import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.daemon.store.SavedTask;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.GitTools;
import dev.makima.git.TempDirectories;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The places to work on this machine. Thread-safe; blocking. */
public final class Workplaces {
    private final GitTools git;
    private final KnownPlaces known;
    private final TemporaryPlaces temporary;
    private final ProjectSteps steps;

    /**
     * The places of one daemon.
     *
     * @param environment the daemon's own, of which the commands of trusted repositories get the allowed part
     */
    public Workplaces(
            DaemonConfig config, Map<String, String> environment, StoreClient store, GitTools git, Clock clock) {
        this.git = git;
        this.known = new KnownPlaces(store, git.worktrees());
        this.temporary = new TemporaryPlaces(
                new TempDirectories(config.home().resolve("temp")),
                config.temp().maxBytes(),
                task -> isFinished(store, task),
                clock);
        this.steps = new ProjectSteps(config, environment, git.git());
    }

    /**
     * Makes or finds the working directory, the first of these that applies: the supervisor's, the one that a resumed task
     * has, a worktree of its own, a temporary directory. It is saved before anything else is done there.
     *
     * @param earlier the task as its last run left it
     * @param say takes lines for people
     * @throws dev.makima.base.MakimaException where the repository, the branch or the disk does not allow it
     */
    public void prepare(SavedTask task, Optional<TaskRecord> earlier, Consumer<String> say)
            throws InterruptedException {
        new Workplace(git, known, temporary, steps, task, earlier, say).prepare();
    }

    /** Of a task that is not known nothing is known to be over either. */
    private static boolean isFinished(StoreClient store, TaskId task) {
        return store.awaitCalmly(new StoreRequest.FindTask(task))
                .filter(known -> known.state().isTerminal())
                .isPresent();
    }
}
