package dev.makima.daemon.run;

import dev.makima.base.TaskId;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Worktree;
import dev.makima.process.RunSpool;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The first part of a run: a place to work. Used by the run's thread alone. */
final class Workplace {
    private final RunServices services;
    private final TaskMachine machine;
    private final RunSpool spool;
    private final KnownPlaces known;

    Workplace(RunServices services, TaskMachine machine, RunSpool spool) {
        this.services = services;
        this.machine = machine;
        this.spool = spool;
        this.known = new KnownPlaces(services);
    }

    /**
     * Makes or finds the working directory, the first of these that applies: the supervisor's, the one that a resumed task
     * has, a worktree of its own, a temporary directory.
     *
     * @throws dev.makima.base.MakimaException where the repository, the branch or the disk does not allow it
     */
    void prepare() throws InterruptedException {
        Place place = place(machine.record());
        // Saved before anything else is done there: a crash from here on finds it.
        machine.update(task -> task.withDirectory(place.directory(), place.worktree()));
        place.lines().forEach(spool::appendDaemonLine);
        if (place.fresh() || isUntouched() || machine.record().sharesWorktree()) {
            new ParentFiles(known)
                    .copy(machine.record().spawn(), place.directory())
                    .forEach(spool::appendDaemonLine);
        }
        if (place.worktree() != null && !machine.record().sharesWorktree()) {
            new ProjectSteps(
                            services.config(),
                            services.environment(),
                            services.git().git())
                    .setUp(machine.record().spawn(), place.worktree(), spool::appendDaemonLine);
        }
    }

    /** An earlier run got as far as a place, and not as far as an agent: there is nobody's work to be copied over. */
    private boolean isUntouched() {
        return machine.earlier().isPresent() && machine.record().sessionId() == null;
    }

    private Place place(TaskRecord task) throws InterruptedException {
        @Nullable TaskId supervisor = task.spawn().supervisorWorktreeTaskId();
        if (supervisor != null && !supervisor.equals(task.taskId())) {
            Optional<Place> theirs =
                    new SupervisorPlace(known, services.git().git()).find(supervisor, machine.earlier());
            if (theirs.isPresent()) {
                return theirs.get();
            }
            spool.appendDaemonLine("The worktree of the supervisor, task " + supervisor
                    + ", is not on this machine: this task has a place of its own, and what it changes is sent there when"
                    + " it is done.");
        }
        return ownPlace(task.spawn());
    }

    private Place ownPlace(SpawnTask spawn) throws InterruptedException {
        Optional<KnownPlaces.Known> before = known.find(spawn.taskId(), machine.earlier());
        if (spawn.resumeSession()) {
            @Nullable
            Worktree worktree = before.map(KnownPlaces.Known::worktree).orElse(null);
            if (worktree != null) {
                List<String> lines = List.of(RepositoryPlace.told(worktree, "Going on in "));
                return new Place(worktree.path(), worktree, false, lines);
            }
        }
        RepositoryPlace repository = new RepositoryPlace(services.git(), known, spawn);
        Optional<Place> made = repository.make(before);
        return made.isPresent() ? made.get() : temporary(spawn, repository, before);
    }

    private Place temporary(SpawnTask spawn, RepositoryPlace repository, Optional<KnownPlaces.Known> before)
            throws InterruptedException {
        Path directory = services.temporary().create(spawn.taskId());
        boolean fresh =
                before.filter(there -> there.directory().equals(directory)).isEmpty();
        List<String> lines = new ArrayList<>(repository.lines());
        if (fresh) {
            lines.addAll(repository.continueIn(directory));
        }
        lines.add("Working in " + directory + " (the task names no repository).");
        return new Place(directory, null, fresh, lines);
    }
}
