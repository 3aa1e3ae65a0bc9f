package dev.makima.daemon.place;

import dev.makima.base.TaskId;
import dev.makima.git.TempDirectories;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/** Directories of tasks without a repository, which together stay within a size. Thread-safe. */
final class TemporaryPlaces {
    private static final System.Logger LOG = System.getLogger(TemporaryPlaces.class.getName());
    /** Measuring looks at every file, so it is not done for each task. */
    private static final Duration BETWEEN = Duration.ofMinutes(5);

    private final TempDirectories directories;
    private final long maxBytes;
    private final Predicate<TaskId> finished;
    private final Clock clock;
    private Instant next = Instant.MIN;

    /**
     * Directories with a limit.
     *
     * @param maxBytes what all may have together (temp.maxBytes)
     * @param finished whether a task is known to be over, so that its directory may go
     */
    TemporaryPlaces(TempDirectories directories, long maxBytes, Predicate<TaskId> finished, Clock clock) {
        this.directories = directories;
        this.maxBytes = maxBytes;
        this.finished = finished;
        this.clock = clock;
    }

    /**
     * The task's directory; made now, or as it is. From time to time those of finished tasks make room for it, meanwhile.
     *
     * @throws dev.makima.base.MakimaException IO where it cannot be made
     */
    Path create(TaskId task) {
        Path directory = directories.create(task);
        if (isTime()) {
            Thread.ofPlatform().name("temp-trim").daemon().start(this::trim);
        }
        return directory;
    }

    private synchronized boolean isTime() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return false;
        }
        next = now.plus(BETWEEN);
        return true;
    }

    private void trim() {
        try {
            TempDirectories.Trimmed trimmed = directories.trim(maxBytes, finished);
            if (!trimmed.removed().isEmpty()) {
                LOG.log(
                        Level.INFO,
                        "temporary directories took {0} bytes: removed those of {1} finished tasks",
                        trimmed.bytesBefore(),
                        trimmed.removed().size());
            } else if (trimmed.bytesAfter() > maxBytes) {
                LOG.log(
                        Level.WARNING,
                        "temporary directories take {0} bytes, over temp.maxBytes = {1}, all of them of unfinished tasks",
                        trimmed.bytesAfter(),
                        maxBytes);
            }
        } catch (RuntimeException e) {
            // A task must not fail for it, and the daemon may be ending.
            LOG.log(Level.WARNING, "temporary directories could not be cleaned up", e);
        }
    }
}
