package dev.makima.daemon.place;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Git;
import dev.makima.git.GitResult;
import dev.makima.git.Worktree;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The worktree of a task's supervisor, where that is on this machine. Blocking. */
final class SupervisorPlace {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final KnownPlaces known;
    private final Git git;

    SupervisorPlace(KnownPlaces known, Git git) {
        this.known = known;
        this.git = git;
    }

    /**
     * The supervisor's directory; empty where it is not here. What the task finds there is what its change counts from.
     *
     * @param earlier the task as its last run left it
     */
    Optional<Place> find(TaskId supervisor, Optional<TaskRecord> earlier) throws InterruptedException {
        Optional<KnownPlaces.Known> found = known.find(supervisor);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        List<String> lines = List.of("Working in " + found.get().directory()
                + ", the directory of the supervisor, task " + supervisor + ".");
        @Nullable Worktree theirs = found.get().worktree();
        @Nullable Worktree shared = theirs == null ? null : based(theirs, earlier);
        return Optional.of(new Place(found.get().directory(), shared, false, lines));
    }

    private Worktree based(Worktree theirs, Optional<TaskRecord> earlier) throws InterruptedException {
        return new Worktree(
                theirs.taskId(),
                theirs.path(),
                theirs.repository(),
                theirs.branch(),
                theirs.baseBranch(),
                base(theirs, earlier),
                List.of());
    }

    private String base(Worktree theirs, Optional<TaskRecord> earlier) throws InterruptedException {
        Optional<String> before = earlier.filter(TaskRecord::sharesWorktree)
                .map(TaskRecord::worktree)
                .filter(worktree -> worktree.path().equals(theirs.path()))
                .map(Worktree::baseSha);
        if (before.isPresent()) {
            return before.get();
        }
        try {
            GitResult head = git.run(theirs.path(), LIMIT, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
            return head.ok() && !head.text().isEmpty() ? head.text() : theirs.baseSha();
        } catch (MakimaException e) {
            // Too slow to say: then the change counts from where the supervisor's does.
            return theirs.baseSha();
        }
    }
}
