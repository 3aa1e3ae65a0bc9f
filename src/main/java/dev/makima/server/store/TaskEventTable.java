package dev.makima.server.store;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.EventId;
import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskProgress;
import dev.makima.protocol.TaskRecoveryDetected;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.protocol.WireCodes;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import dev.makima.sql.Work;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What daemons say about tasks, applied. A daemon can only change a task that it has at present; what comes with an
 * older fence, or for a task that is over, changes nothing. Each future says whether the task changed. Thread-safe.
 */
public final class TaskEventTable {
    private static final Duration OTHER_EPOCHS_FOR = Duration.ofDays(90);

    private static final Duration REFUSED_WAIT = Duration.ofSeconds(3);

    private final Database database;

    TaskEventTable(Database database) {
        this.database = database;
    }

    private record Standing(TaskState status, long fence, boolean lost, boolean stopRequested) {}

    /** A task has changed its state. Success and failure are not told by this, but by its completion. */
    public Future<Boolean> statusChanged(UUID daemonId, TaskStatusChange frame, Instant now) {
        return once(daemonId, frame.eventId(), now, session -> {
            long said = Objects.requireNonNullElse(frame.fence(), 0L);
            if (frame.newStatus().isTerminal() && said > 0) {
                HandOverTable.ended(session, daemonId, frame.taskId(), said);
            }
            Optional<Standing> standing = standing(session, daemonId, frame.taskId(), frame.fence());
            if (standing.isEmpty()) {
                return false;
            }
            return switch (frame.newStatus()) {
                case PENDING, DONE, FAILED -> false;
                case INTERRUPTED -> TaskChanges.interrupted(session, daemonId, frame.taskId(), now);
                case STARTING, INITIALIZING, RUNNING, PAUSED, BLOCKED ->
                    TaskChanges.moved(session, frame.taskId(), frame.newStatus(), now);
            };
        });
    }

    /** A short summary of what the task is at. It does not take the place of one that was said by hand since its start. */
    public Future<Boolean> progress(UUID daemonId, TaskProgress frame, Instant now) {
        return once(daemonId, null, now, session -> {
            return standing(session, daemonId, frame.taskId(), frame.fence()).isPresent()
                    && session.update(
                                    "update task set progress_summary = ?, version = version + 1, updated_at = ? where id = ?"
                                            + " and (summary_fence is null or summary_fence <> fence)",
                                    frame.summary(),
                                    now,
                                    frame.taskId())
                            > 0;
        });
    }

    /** What became of the work: branch, pull request, numbers. What is not said stays as it was. */
    public Future<Boolean> completionResult(UUID daemonId, CompletionActionResult frame, Instant now) {
        return once(daemonId, frame.eventId(), now, session -> {
            return standing(session, daemonId, frame.taskId(), frame.fence()).isPresent()
                    && session.update(
                                    "update task set completion_message = ?, completion_succeeded = ?,"
                                            + " pr_url = coalesce(?, pr_url),"
                                            + " branch = coalesce(?, branch), commit_sha = coalesce(?, commit_sha),"
                                            + " files_changed = coalesce(?, files_changed),"
                                            + " insertions = coalesce(?, insertions), deletions = coalesce(?, deletions),"
                                            + " worktree_path = coalesce(?, worktree_path), version = version + 1,"
                                            + " updated_at = ? where id = ?",
                                    frame.message(),
                                    frame.success(),
                                    frame.prUrl(),
                                    frame.branch(),
                                    frame.commitSha(),
                                    frame.filesChanged(),
                                    frame.insertions(),
                                    frame.deletions(),
                                    frame.worktreePath(),
                                    now,
                                    frame.taskId())
                            > 0;
        });
    }

    /**
     * A run is complete. Where the daemon says how long its output is, the task ends once all of it is stored; a refusal
     * for want of room queues the task again.
     */
    public Future<Boolean> completed(UUID daemonId, TaskComplete frame, Instant now) {
        return once(daemonId, frame.eventId(), now, session -> {
            TaskId taskId = frame.taskId();
            Optional<Standing> standing = standing(session, daemonId, taskId, frame.fence());
            if (standing.isEmpty()) {
                return false;
            }
            String code = frame.code();
            if (WireCodes.CONCURRENCY_LIMIT.equals(code) || WireCodes.CONTRACT_CONCURRENCY_LIMIT.equals(code)) {
                return DispatchTable.putBack(session, taskId, standing.get().fence(), REFUSED_WAIT, now) > 0;
            }
            Optional<RunId> run = run(session, daemonId, frame, now);
            if (run.isEmpty()) {
                return TaskChanges.over(session, taskId, frame.success() ? "done" : "failed", frame.error(), now);
            }
            if (frame.finalLengths() != null) {
                for (StreamName stream : StreamName.values()) {
                    OutputTable.setFinal(
                            session,
                            taskId,
                            run.get(),
                            stream,
                            frame.finalLengths().of(stream));
                }
            }
            session.update(
                    "update run set completion = ? where id = ? and ended_at is null",
                    new JsonObject()
                            .put("success", frame.success())
                            .put("error", frame.error())
                            .encode(),
                    run.get());
            return RunTable.settle(session, run.get(), now).isPresent();
        });
    }

    /** A daemon does not take the task: it is queued again, at no cost of a retry. */
    public Future<Boolean> refused(UUID daemonId, SpawnRefused frame, Instant now) {
        return once(daemonId, null, now, session -> {
            Optional<Standing> standing = standing(session, daemonId, frame.taskId(), frame.fence());
            // One that is active there goes on: its states are told as they come.
            boolean back = standing.isPresent()
                    && !frame.reason().equals(SpawnRefused.ACTIVE)
                    && DispatchTable.putBack(
                                    session, frame.taskId(), standing.get().fence(), REFUSED_WAIT, now)
                            > 0;
            if (back && !frame.reason().equals(SpawnRefused.CAPACITY)) {
                // Who waits for the task is to know what it waits for; that all are busy is no news.
                session.update(
                        "update task set progress_summary = ? where id = ? and status = 'pending'",
                        "no daemon takes it yet: " + frame.message(),
                        frame.taskId());
            }
            return back;
        });
    }

    /**
     * A daemon has found a task without its agent after a restart, or gives it back. With its worktree it is queued for
     * that daemon again, else for any other, while retries are left; else it has failed.
     */
    public Future<Boolean> recovered(UUID daemonId, TaskRecoveryDetected frame, int maxRetries, Instant now) {
        return once(daemonId, frame.eventId(), now, session -> {
            Optional<Standing> standing = standing(session, daemonId, frame.taskId(), frame.fence());
            if (standing.isEmpty()
                    || (standing.get().status().isTerminal() && !standing.get().lost())) {
                return false;
            }
            session.update("update run set ended_at = ? where task_id = ? and ended_at is null", now, frame.taskId());
            RunTable.closeStreams(session, frame.taskId());
            long fence = standing.get().fence();
            HandOverTable.ended(session, daemonId, frame.taskId(), fence);
            String reason = frame.worktreeIntact()
                    ? "the agent was lost on its daemon"
                    : "the agent and its worktree were lost on its daemon";
            UUID again = frame.worktreeIntact() ? daemonId : null;
            return HandOverTable.lost(
                    session, frame.taskId(), fence, new HandOverTable.Loss(reason, maxRetries, again, false), now);
        });
    }

    /** Takes a task away that its daemon was not heard of about for too long. */
    public Future<Boolean> unconfirmed(UUID daemonId, TaskId taskId, Duration limit, int maxRetries, Instant now) {
        return once(daemonId, null, now, session -> {
            Optional<Standing> standing = standing(session, daemonId, taskId, null);
            String reason = "its daemon came back and said nothing of it for " + limit.toMinutes() + " min";
            return standing.isPresent()
                    && HandOverTable.lost(
                            session,
                            taskId,
                            standing.get().fence(),
                            new HandOverTable.Loss(reason, maxRetries, null, true),
                            now);
        });
    }

    private static Optional<RunId> run(Session session, UUID daemonId, TaskComplete frame, Instant now)
            throws SQLException {
        if (frame.runId() == null) {
            return RunTable.openMadeByServer(session, daemonId, frame.taskId());
        }
        boolean accepted = new KnownRuns(session, daemonId, List.of(frame.runId()), now)
                .accept(frame.taskId(), frame.runId(), Objects.requireNonNullElse(frame.fence(), 0L));
        return accepted ? Optional.of(frame.runId()) : Optional.empty();
    }

    private static Optional<Standing> standing(Session session, UUID daemonId, TaskId taskId, @Nullable Long fence)
            throws SQLException {
        return session.one(
                "select status, fence, lost, stop_requested from task"
                        + " where id = ? and daemon_id = ? and queued = 0 and fence <= ?",
                row -> new Standing(
                        TaskState.of(row.text("status")),
                        row.number("fence"),
                        row.flag("lost"),
                        row.flag("stop_requested")),
                taskId,
                daemonId,
                // Without leases no fence is said, or 0: then any will do.
                fence == null || fence == 0 ? Long.valueOf(Long.MAX_VALUE) : fence);
    }

    private Future<Boolean> once(UUID daemonId, @Nullable String eventId, Instant now, Work<Boolean> work) {
        return Writes.future(database.write(session -> isNew(session, daemonId, eventId, now) && work.run(session)));
    }

    /** Whether the event was not applied before; from then on it counts as applied. */
    static boolean isNew(Session session, UUID daemonId, @Nullable String eventId, Instant now) throws SQLException {
        if (eventId == null) {
            return true;
        }
        Optional<EventId> id = EventId.of(eventId);
        return session.update(
                        "insert into daemon_event (daemon_id, event_id, epoch, number, applied_at) values (?, ?, ?, ?, ?)"
                                + " on conflict (daemon_id, event_id) do nothing",
                        daemonId,
                        eventId,
                        id.map(EventId::epoch).orElse(null),
                        id.map(EventId::number).orElse(null),
                        now)
                > 0;
    }

    /**
     * Forgets the events below one, of its epoch: their daemon has said that it offers none of them again. Those of other
     * epochs stay for long, since a daemon may get an older database back; but not for ever, since each start of a daemon
     * begins an epoch.
     *
     * @return how many
     */
    public Future<Integer> forgetBelow(UUID daemonId, EventId oldest, Instant now) {
        return Writes.future(database.write(session -> session.update(
                "delete from daemon_event where daemon_id = ?"
                        + " and ((epoch = ? and number < ?) or (epoch <> ? and applied_at < ?))",
                daemonId,
                oldest.epoch(),
                oldest.number(),
                oldest.epoch(),
                now.minus(OTHER_EPOCHS_FOR))));
    }
}
