package dev.makima.git;

import dev.makima.base.MakimaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Fetches origin, one fetch per repository at a time, and never fails for it: work goes on with what is there.
 *
 * <p>Tasks that wait for their turn share an outcome: a success that began after they came, or a failure that ended
 * after they came, so that a dead remote costs sixteen tasks its limit twice and not sixteen times. Time is counted in
 * events here, not on a clock.
 *
 * <p>Has locks of its own: the making of worktrees does not wait for the network. Thread-safe.
 */
final class Fetches {
    private static final Duration HEAD_LIMIT = Duration.ofSeconds(5);

    private final Git git;
    private final Duration limit;
    private final RepositoryLocks turns = new RepositoryLocks();
    private final ConcurrentHashMap<Path, Outcome> last = new ConcurrentHashMap<>();
    private final AtomicLong events = new AtomicLong();

    /** What git says of a worktree that another process is just adding: "bad object worktrees/NAME/HEAD". */
    private static final String WORKTREE_BEING_MADE = "bad object worktrees/";

    private record Outcome(long began, long ended, @Nullable String failure) {}

    Fetches(Git git, Duration limit) {
        this.git = git;
        this.limit = limit;
    }

    /**
     * Fetches.
     *
     * @return why it failed, in git's words; empty where it worked
     */
    Optional<String> fetch(Repository repository, RepositoryConfig config) throws InterruptedException {
        long came = events.incrementAndGet();
        return turns.locked(repository.common(), () -> {
            Outcome shared = last.get(repository.common());
            if (shared != null && (shared.failure() == null ? shared.began() : shared.ended()) > came) {
                return Optional.ofNullable(shared.failure());
            }
            long began = events.incrementAndGet();
            String failure = run(repository, config);
            if (failure != null && failure.contains(WORKTREE_BEING_MADE)) {
                // A worktree that is being added has no HEAD for a moment, and git's check of all refs stumbles over
                // it.
                failure = git.locks()
                        .locked(repository.common(), () -> Optional.ofNullable(run(repository, config)))
                        .orElse(null);
            }
            last.put(repository.common(), new Outcome(began, events.incrementAndGet(), failure));
            return Optional.ofNullable(failure);
        });
    }

    /** What origin says its default branch is; empty where it does not say so in time. */
    Optional<String> defaultBranch(Repository repository) throws InterruptedException {
        GitCall call = git.remoteCall(
                repository.directory(),
                HEAD_LIMIT,
                "ls-remote",
                "--quiet",
                "--symref",
                "--upload-pack=git-upload-pack",
                "origin",
                "HEAD");
        try {
            String start = "ref: refs/heads/";
            return git.run(call).lines().stream()
                    .filter(line -> line.startsWith(start) && line.endsWith("\tHEAD"))
                    .map(line -> line.substring(start.length(), line.length() - "\tHEAD".length()))
                    .findFirst();
        } catch (MakimaException e) {
            // Too slow: the default as of the last time it was seen has to do.
            return Optional.empty();
        }
    }

    private @Nullable String run(Repository repository, RepositoryConfig config) throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "fetch",
                "--quiet",
                "--no-write-fetch-head",
                "--no-recurse-submodules",
                "--no-auto-maintenance",
                // remote.origin.uploadpack is a shell command where origin is a directory.
                "--upload-pack=git-upload-pack"));
        if (repository.ours()) {
            // A branch "a" that is gone blocks a new "a/b".
            arguments.add("--prune");
        }
        if (config.originFetch().stream().allMatch(Fetches::isForTracking)
                && !config.originFetch().isEmpty()) {
            arguments.add("origin");
        } else {
            // A mirror's refspec would write to, and prune, local branches.
            arguments.addAll(List.of("--no-prune", "--refmap=", "origin", "+refs/heads/*:refs/remotes/origin/*"));
        }
        try {
            GitResult result = git.run(git.remoteCall(repository.directory(), limit, arguments.toArray(String[]::new)));
            return result.ok() ? null : GitFailure.reason(result);
        } catch (MakimaException e) {
            return e.what();
        }
    }

    private static boolean isForTracking(String refspec) {
        String target = refspec.substring(refspec.indexOf(':') + 1);
        return refspec.startsWith("^") || target.startsWith("refs/remotes/") || target.startsWith("refs/tags/");
    }
}
