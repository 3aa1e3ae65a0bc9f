package dev.makima.server.store;

import dev.makima.base.TaskId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The checkpoints of tasks, as users see them. Thread-safe. */
public final class CheckpointTable {
    private static final String SELECT = "select id, number, commit_sha, branch, message, files_changed, lines_added,"
            + " lines_removed, patch_data is not null as has_patch, patch_files_count, created_at from checkpoint"
            + " where task_id = ?";

    private final Reads reads;

    CheckpointTable(Reads reads) {
        this.reads = reads;
    }

    /**
     * A checkpoint.
     *
     * @param number null for one that is a patch alone
     * @param files JSON: an array of {action, path}
     */
    public record Checkpoint(
            String id,
            @Nullable Long number,
            @Nullable String commitSha,
            @Nullable String branch,
            String message,
            JsonArray files,
            @Nullable Long linesAdded,
            @Nullable Long linesRemoved,
            boolean hasPatch,
            @Nullable Long patchFilesCount,
            Instant createdAt) {}

    /**
     * The task's checkpoints, newest first.
     *
     * @param behind the last checkpoint of the page before this one
     */
    public Future<List<Checkpoint>> list(TaskId taskId, @Nullable String behind, int limit) {
        String order = " order by created_at desc, ordinal desc, id limit ?";
        if (behind == null) {
            return reads.query(SELECT + order, CheckpointTable::checkpoint, taskId.toString(), limit);
        }
        return reads.query(
                SELECT
                        + " and exists (select 1 from checkpoint b where b.id = ? and (checkpoint.created_at < b.created_at"
                        + " or (checkpoint.created_at = b.created_at and (checkpoint.ordinal < b.ordinal"
                        + " or (checkpoint.ordinal = b.ordinal and checkpoint.id > b.id)))))" + order,
                CheckpointTable::checkpoint,
                taskId.toString(),
                behind,
                limit);
    }

    /** The task's newest checkpoint of that commit. */
    public Future<Optional<Checkpoint>> of(TaskId taskId, String commitSha) {
        return reads.one(
                SELECT + " and commit_sha = ? order by created_at desc, ordinal desc, id limit 1",
                CheckpointTable::checkpoint,
                taskId.toString(),
                commitSha);
    }

    private static Checkpoint checkpoint(Row row) {
        String files = Columns.textOrNull(row, "files_changed");
        return new Checkpoint(
                Columns.text(row, "id"),
                Columns.numberOrNull(row, "number"),
                Columns.textOrNull(row, "commit_sha"),
                Columns.textOrNull(row, "branch"),
                Columns.text(row, "message"),
                files == null ? new JsonArray() : new JsonArray(files),
                Columns.numberOrNull(row, "lines_added"),
                Columns.numberOrNull(row, "lines_removed"),
                Columns.flag(row, "has_patch"),
                Columns.numberOrNull(row, "patch_files_count"),
                Columns.instant(row, "created_at"));
    }
}
