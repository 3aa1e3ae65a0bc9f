package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.protocol.CleanupWorktreeResult;
import dev.makima.protocol.ExportPatchCreated;
import dev.makima.protocol.FencedFrame;
import dev.makima.protocol.PrCreated;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * What becomes of tasks by commands to their daemons. A daemon can only change a task that it has. Each future says
 * whether the task changed. Thread-safe.
 */
public final class CommandResultTable {
    /** How much of a patch is kept in its entry, in UTF-16 units; all of it is had by asking again. */
    private static final int PATCH_MAX = 256 * 1024;

    private final Database database;

    CommandResultTable(Database database) {
        this.database = database;
    }

    private interface Change {
        boolean made(Session session) throws SQLException;
    }

    /** Adds an entry with the patch, or with why there is none. */
    public Future<Boolean> patch(UUID daemonId, ExportPatchCreated frame, Instant now) {
        return change(daemonId, frame, null, now, session -> {
            EntryTable.own(session, frame.taskId(), entry(frame).encode(), now);
            return true;
        });
    }

    /** Keeps the address of the pull request. */
    public Future<Boolean> pullRequest(UUID daemonId, PrCreated frame, Instant now) {
        return change(
                daemonId,
                frame,
                frame.eventId(),
                now,
                session -> frame.success()
                        && frame.prUrl() != null
                        && session.update(
                                        "update task set pr_url = ?, version = version + 1, updated_at = ? where id = ?",
                                        frame.prUrl(),
                                        now,
                                        frame.taskId())
                                > 0);
    }

    /** Forgets where the worktree was. */
    public Future<Boolean> cleaned(UUID daemonId, CleanupWorktreeResult frame, Instant now) {
        return change(
                daemonId,
                frame,
                frame.eventId(),
                now,
                session -> frame.success()
                        && session.update(
                                        "update task set worktree_path = null, version = version + 1, updated_at = ?"
                                                + " where id = ? and worktree_path is not null",
                                        now,
                                        frame.taskId())
                                > 0);
    }

    private Future<Boolean> change(
            UUID daemonId,
            FencedFrame frame,
            @org.jspecify.annotations.Nullable String eventId,
            Instant now,
            Change change) {
        TaskId taskId = Objects.requireNonNull(frame.taskId(), "it is about a task");
        return Writes.future(database.write(session -> NoteTable.has(session, daemonId, taskId, frame.fence())
                && TaskEventTable.isNew(session, daemonId, eventId, now)
                && change.made(session)));
    }

    private static JsonObject entry(ExportPatchCreated frame) {
        JsonObject body = new JsonObject().put("messageType", "export_patch").put("stream", "daemon");
        String patch = frame.patchContent();
        if (!frame.success() || patch == null) {
            return body.put("content", "No patch could be made: " + frame.error())
                    .put("isError", true);
        }
        boolean longer = patch.length() > PATCH_MAX;
        JsonObject input = new JsonObject()
                .put("patchContent", longer ? patch.substring(0, PATCH_MAX) : patch)
                .put("filesCount", frame.filesCount())
                .put("linesAdded", frame.linesAdded())
                .put("linesRemoved", frame.linesRemoved())
                .put("baseCommitSha", frame.baseCommitSha());
        body.put("content", "A patch of " + frame.filesCount() + " files was exported")
                .put("toolInput", input);
        if (longer) {
            body.put("truncated", true).put("fullLength", patch.length());
        }
        return body;
    }
}
