package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.protocol.AuthenticationRequired;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.TaskOutput;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happens beside the output and is told in entries of its own: checkpoints, numbered within their task, and logins
 * that are needed. Thread-safe.
 */
public final class NoteTable {
    /** Of more files in one checkpoint the history names the first ones. */
    private static final int FILES_MAX = 100;

    private final Database database;
    private final Chronicle chronicle;

    NoteTable(Database database, Chronicle chronicle) {
        this.database = database;
        this.chronicle = chronicle;
    }

    /**
     * Keeps a checkpoint and adds an entry that tells of it. One without commit is a patch alone and has no number.
     *
     * @return whether it was kept: not where the daemon does not have the task, or has told of it before
     */
    public Future<Boolean> checkpoint(UUID daemonId, CheckpointCreated frame, Instant now) {
        return chronicle.write(now, (session, page) -> {
            if (!has(session, daemonId, frame.taskId(), frame.fence())
                    || !TaskEventTable.isNew(session, daemonId, frame.eventId(), now)) {
                return false;
            }
            if (frame.success()) {
                JsonArray files = files(frame);
                long said = frame.fence() == null ? 0 : frame.fence();
                session.update(
                        "insert into checkpoint (id, task_id, ordinal, number, commit_sha, branch, message, files_changed,"
                                + " lines_added, lines_removed, patch_data, patch_base_sha, patch_files_count, created_at,"
                                + " fence)"
                                + " select ?, ?, (select coalesce(max(ordinal), 0) + 1 from checkpoint where task_id = ?),"
                                + " case when ? = 1 then (select coalesce(max(number), 0) + 1 from"
                                + " checkpoint where task_id = ?) end, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                                + " case when fence < ? then ? else fence end from task where id = ?",
                        UUID.randomUUID(),
                        frame.taskId(),
                        frame.taskId(),
                        frame.commitSha() != null && frame.branchName() != null,
                        frame.taskId(),
                        frame.commitSha(),
                        frame.branchName(),
                        frame.message(),
                        files.encode(),
                        frame.linesAdded(),
                        frame.linesRemoved(),
                        frame.patchData(),
                        frame.patchBaseSha(),
                        frame.patchFilesCount(),
                        now,
                        // Where the database is an older copy, the daemon knows of a later one.
                        said,
                        said,
                        frame.taskId());
                page.ofTask(frame.taskId(), "checkpoint_created", happened(session, frame, files));
            }
            EntryTable.own(session, frame.taskId(), body(frame).encode(), now);
            return true;
        });
    }

    private static JsonObject happened(Session session, CheckpointCreated frame, JsonArray files) throws SQLException {
        JsonObject body = new JsonObject();
        Optional<Long> number = session.one(
                "select number from checkpoint where task_id = ? and number is not null order by ordinal desc limit 1",
                row -> row.number("number"),
                frame.taskId());
        if (frame.commitSha() != null && frame.branchName() != null && number.isPresent()) {
            body.put("checkpointNumber", number.get());
        }
        if (frame.commitSha() != null) {
            body.put("commitSha", frame.commitSha());
        }
        body.put("message", frame.message())
                .put(
                        "filesChanged",
                        files.size() <= FILES_MAX
                                ? files
                                : new JsonArray(files.getList().subList(0, FILES_MAX)));
        if (frame.linesAdded() != null && frame.linesRemoved() != null) {
            body.put("linesAdded", frame.linesAdded()).put("linesRemoved", frame.linesRemoved());
        }
        return body.put("hasPatch", frame.patchData() != null);
    }

    /**
     * Adds an entry that tells that the agent has to log in, and where, and tells it to the task's owner.
     *
     * @return whether it was added: not where the daemon does not have the task, or has told of it before
     */
    public Future<Boolean> loginNeeded(UUID daemonId, TaskId taskId, AuthenticationRequired frame, Instant now) {
        return chronicle.write(now, (session, page) -> {
            if (!has(session, daemonId, taskId, frame.fence())
                    || !TaskEventTable.isNew(session, daemonId, frame.eventId(), now)) {
                return false;
            }
            JsonObject input = new JsonObject()
                    .put("loginUrl", frame.loginUrl())
                    .put("hostname", frame.hostname())
                    .put("taskId", taskId.toString());
            JsonObject body = new JsonObject()
                    .put("messageType", "auth_required")
                    .put("content", "The agent has to log in: " + frame.loginUrl())
                    .put("toolInput", input)
                    .put("stream", "daemon");
            EntryTable.own(session, taskId, body.encode(), now);
            page.ofTask(taskId, "login_needed", input);
            return true;
        });
    }

    /**
     * Adds an entry with a line that a daemon says of the task beside the output of its runs.
     *
     * @return whether it was added: not where the daemon does not have the task
     */
    public Future<Boolean> line(UUID daemonId, TaskOutput frame, Instant now) {
        return Writes.future(database.write(session -> {
            if (!has(session, daemonId, frame.taskId(), frame.fence())) {
                return false;
            }
            JsonObject body = new JsonObject()
                    .put("messageType", "raw")
                    .put("content", frame.output())
                    .put("stream", "daemon");
            EntryTable.own(session, frame.taskId(), body.encode(), now);
            return true;
        }));
    }

    /** Adds an entry with what a task's agent reports to whoever leads its contract. */
    public Future<Void> report(TaskId taskId, String message, Instant now) {
        return chronicle
                .write(now, (session, page) -> {
                    JsonObject body = new JsonObject()
                            .put("messageType", "system")
                            .put("content", "Reported: " + message)
                            .put("stream", "daemon");
                    EntryTable.own(session, taskId, body.encode(), now);
                    page.ofTask(taskId, "report", new JsonObject().put("message", message));
                    return true;
                })
                .mapEmpty();
    }

    /**
     * Whether the daemon has the task.
     *
     * @param fence by which hand-over it says so; null or 0 from one without leases
     */
    static boolean has(Session session, UUID daemonId, TaskId taskId, @Nullable Long fence) throws SQLException {
        return session.one(
                        "select 1 as one from task where id = ? and daemon_id = ? and fence <= ?",
                        row -> true,
                        taskId,
                        daemonId,
                        fence == null || fence == 0 ? Long.valueOf(Long.MAX_VALUE) : fence)
                .isPresent();
    }

    private static JsonArray files(CheckpointCreated frame) {
        JsonArray files = new JsonArray();
        if (frame.filesChanged() != null) {
            frame.filesChanged()
                    .forEach(file -> files.add(
                            new JsonObject().put("action", file.action()).put("path", file.path())));
        }
        return files;
    }

    private static JsonObject body(CheckpointCreated frame) {
        JsonObject body = new JsonObject()
                .put("messageType", "checkpoint")
                .put("content", frame.success() ? frame.message() : frame.message() + ": " + frame.error())
                .put("stream", "daemon");
        if (!frame.success()) {
            body.put("isError", true);
        }
        if (frame.commitSha() != null) {
            body.put(
                    "extra",
                    new JsonObject().put("commitSha", frame.commitSha()).put("branch", frame.branchName()));
        }
        return body;
    }
}
