package dev.makima.daemon.task;

import dev.makima.base.StreamName;
import dev.makima.daemon.bus.TasksStatus;
import dev.makima.daemon.run.RunServices;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.process.RunSpool;
import dev.makima.protocol.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is told to people of a task in hand; looks at the disk. */
final class TaskLines {
    private TaskLines() {}

    static TasksStatus.Line of(RunServices services, TaskRecord task) {
        @Nullable Instant spoke = lastOutput(services, task);
        return new TasksStatus.Line(
                task.taskId(),
                task.spawn().taskName(),
                task.state(),
                task.waits(),
                spoke,
                isSilent(services, task, spoke),
                WorktreeHealth.isGone(task),
                task.directory() == null ? null : task.directory().toString(),
                services.leases().fence(task.runId(), task.fence()),
                services.leases().standing(task.runId()).name().toLowerCase(Locale.ROOT));
    }

    /** The agent appends to its files itself: their times are those of its words. */
    private static @Nullable Instant lastOutput(RunServices services, TaskRecord task) {
        Path spool = RunSpool.path(services.spoolRoot(), task.taskId(), task.runId());
        long newest = Math.max(spokenAt(spool, StreamName.STDOUT), spokenAt(spool, StreamName.STDERR));
        return newest == 0 ? null : Instant.ofEpochMilli(newest);
    }

    /** An empty file tells of no word; neither does one that is not there. */
    private static long spokenAt(Path spool, StreamName stream) {
        Path file = RunSpool.file(spool, stream);
        return file.toFile().length() == 0 ? 0 : file.toFile().lastModified();
    }

    private static boolean isSilent(RunServices services, TaskRecord task, @Nullable Instant spoke) {
        // One that never said a word has been silent since it was started.
        @Nullable Instant since = spoke == null ? task.progress().startedAt() : spoke;
        if (task.state() != TaskState.RUNNING || task.waits() || since == null) {
            return false;
        }
        Duration quiet = Duration.between(since, services.clock().instant());
        return quiet.compareTo(services.config().agent().silenceWarn()) > 0;
    }
}
