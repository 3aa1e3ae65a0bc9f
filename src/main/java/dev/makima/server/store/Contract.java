package dev.makima.server.store;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A contract as it is kept: a piece of work that several tasks do, led by one of them.
 *
 * @param type simple or specification
 * @param phase the one it is in
 * @param completed whether it is over
 * @param autonomousLoop whether the agents of its tasks, but for the supervisor, are started again until they are ready
 * @param localOnly whether nothing of it is pushed
 * @param branch the one that the supervisor made or merged to last
 * @param pullRequestState asked, made or failed; null before
 * @param version grows with every change
 */
public record Contract(
        UUID id,
        String ownerId,
        String accountId,
        String name,
        String description,
        String type,
        String phase,
        boolean completed,
        boolean autonomousLoop,
        boolean localOnly,
        String supervisorTaskId,
        @Nullable String branch,
        @Nullable String pullRequestState,
        @Nullable String pullRequestUrl,
        long version,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant completedAt,
        Counts counts) {

    /** How its tasks but for the supervisor stand, and what all of them have cost. */
    public record Counts(
            long pending,
            long running,
            long done,
            long failed,
            long interrupted,
            @Nullable Long costMicros,
            @Nullable Long inputTokens,
            @Nullable Long outputTokens) {
        /** How many tasks it has beside the supervisor. */
        public long tasks() {
            return pending + running + done + failed + interrupted;
        }

        /** Whether there are tasks, and all of them are done. */
        public boolean allDone() {
            return done > 0 && done == tasks();
        }
    }

    /** Where it is in lists by age. */
    public TaskTable.Position position() {
        return new TaskTable.Position(createdAt, id.toString());
    }

    static Contract of(Row row) {
        return new Contract(
                UUID.fromString(Columns.text(row, "id")),
                Columns.text(row, "owner_id"),
                Columns.text(row, "account_id"),
                Columns.text(row, "name"),
                Columns.text(row, "description"),
                Columns.text(row, "contract_type"),
                Columns.text(row, "phase"),
                Columns.text(row, "status").equals("completed"),
                Columns.flag(row, "autonomous_loop"),
                Columns.flag(row, "local_only"),
                Columns.text(row, "supervisor_task_id"),
                Columns.textOrNull(row, "branch"),
                Columns.textOrNull(row, "pr_state"),
                Columns.textOrNull(row, "pr_url"),
                Columns.number(row, "version"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "updated_at"),
                Columns.instantOrNull(row, "completed_at"),
                new Contract.Counts(
                        Columns.number(row, "pending_tasks"),
                        Columns.number(row, "running_tasks"),
                        Columns.number(row, "done_tasks"),
                        Columns.number(row, "failed_tasks"),
                        Columns.number(row, "interrupted_tasks"),
                        Columns.numberOrNull(row, "cost_micros"),
                        Columns.numberOrNull(row, "input_tokens"),
                        Columns.numberOrNull(row, "output_tokens")));
    }
}
