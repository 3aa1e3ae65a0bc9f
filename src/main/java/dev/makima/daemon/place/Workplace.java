package dev.makima.daemon.place;

import dev.makima.base.TaskId;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.daemon.store.SavedTask;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.GitTools;
import dev.makima.git.Worktree;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The first part of a run: a place to work. Used by the run's thread alone. */
final class Workplace {
    private final GitTools git;
    private final KnownPlaces known;
    private final TemporaryPlaces temporary;
    private final ProjectSteps steps;
    private final SavedTask saved;
    private final Optional<TaskRecord> earlier;
    private final Consumer<String> say;

    Workplace(
            GitTools git,
            KnownPlaces known,
            TemporaryPlaces temporary,
            ProjectSteps steps,
            SavedTask saved,
            Optional<TaskRecord> earlier,
            Consumer<String> say) {
        this.git = git;
        this.known = known;
        this.temporary = temporary;
        this.steps = steps;
        this.saved = saved;
        this.earlier = earlier;
        this.say = say;
    }

    /** See {@link Workplaces#prepare}. */
    void prepare() throws InterruptedException {
        Place place = place(saved.record());
        // Saved before anything else is done there: a crash from here on finds it.
        saved.update(task -> task.withDirectory(place.directory(), place.worktree()));
        place.lines().forEach(say);
        if (place.fresh() || isUntouched() || saved.record().sharesWorktree()) {
            new ParentFiles(known)
                    .copy(saved.record().spawn(), place.directory())
                    .forEach(say);
        }
        if (place.worktree() != null && !saved.record().sharesWorktree()) {
            steps.setUp(saved.record().spawn(), place.worktree(), say);
        }
    }

    /** An earlier run got as far as a place, and not as far as an agent: there is nobody's work to be copied over. */
    private boolean isUntouched() {
        return earlier.isPresent() && saved.record().sessionId() == null;
    }

    private Place place(TaskRecord task) throws InterruptedException {
        @Nullable TaskId supervisor = task.spawn().supervisorWorktreeTaskId();
        if (supervisor != null && !supervisor.equals(task.taskId())) {
            Optional<Place> theirs = new SupervisorPlace(known, git.git()).find(supervisor, earlier);
            if (theirs.isPresent()) {
                return theirs.get();
            }
            say.accept("The worktree of the supervisor, task " + supervisor
                    + ", is not on this machine: this task has a place of its own, and what it changes is sent there when"
                    + " it is done.");
        }
        return ownPlace(task.spawn());
    }

    private Place ownPlace(SpawnTask spawn) throws InterruptedException {
        Optional<KnownPlaces.Known> before = known.find(spawn.taskId(), earlier);
        if (earlier.map(last -> last.isOlderThan(spawn)).orElse(before.isEmpty() && spawn.patchFence() != null)) {
            Optional<Place> restored = new RepositoryPlace(git, known, spawn).restore(before, say);
            if (restored.isPresent()) {
                return restored.get();
            }
            // What is here is all that there is, and the conversation goes with it.
            saved.update(
                    task -> task.withSession(earlier.map(TaskRecord::sessionId).orElse(null)));
        }
        if (spawn.resumeSession()) {
            @Nullable
            Worktree worktree = before.map(KnownPlaces.Known::worktree).orElse(null);
            if (worktree != null) {
                List<String> lines = List.of(RepositoryPlace.told(worktree, "Going on in "));
                return new Place(worktree.path(), worktree, false, lines);
            }
        }
        RepositoryPlace repository = new RepositoryPlace(git, known, spawn);
        Optional<Place> made = repository.make(before);
        return made.isPresent() ? made.get() : temporary(spawn, repository, before);
    }

    private Place temporary(SpawnTask spawn, RepositoryPlace repository, Optional<KnownPlaces.Known> before)
            throws InterruptedException {
        Path directory = temporary.create(spawn.taskId());
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
