package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What tasks' daemons are still to be told, kept until it was said. Thread-safe. */
public final class TaskCommandTable {
    private static final Duration END_TIME = Duration.ofSeconds(30);
    private static final Duration KEPT = Duration.ofDays(7);

    /** Of a clean-up: all of its branches go. */
    private static final String BRANCHES = "branches";

    private final Database database;
    private final Reads reads;

    TaskCommandTable(Database database, Reads reads) {
        this.database = database;
        this.reads = reads;
    }

    /** What is to be said. */
    public sealed interface Saying {
        /** A message to the agent. */
        record Message(String text) implements Saying {}

        /** The change of another task, to be applied in the task's worktree; base64 of gzip. */
        record Patch(TaskId source, String data, String baseSha) implements Saying {}

        /**
         * The task's worktree and its branches go.
         *
         * @param keepUnmerged whether what is nowhere else stays
         */
        record Cleanup(boolean keepUnmerged) implements Saying {}
    }

    /** One that waits, with the daemon that has its task. */
    public record Waiting(UUID id, TaskId taskId, UUID daemonId, Saying saying) {}

    /**
     * Keeps one.
     *
     * @param cause what happened: what was told of once is not told of again; null for what has no name
     * @return whether it was kept
     */
    public Future<Boolean> add(TaskId taskId, Saying saying, @Nullable String cause, Instant now) {
        return Writes.future(database.write(session -> insert(session, taskId, saying, cause, now)));
    }

    static boolean insert(Session session, TaskId taskId, Saying saying, @Nullable String cause, Instant now)
            throws SQLException {
        return switch (saying) {
            case Saying.Message message -> insert(session, taskId, "message", message.text(), null, null, cause, now);
            case Saying.Patch patch ->
                insert(session, taskId, "patch", patch.data(), patch.source(), patch.baseSha(), cause, now);
            case Saying.Cleanup cleanup ->
                insert(session, taskId, "cleanup", cleanup.keepUnmerged() ? null : BRANCHES, null, null, cause, now);
        };
    }

    private static boolean insert(
            Session session,
            TaskId taskId,
            String kind,
            @Nullable String body,
            @Nullable TaskId source,
            @Nullable String baseSha,
            @Nullable String cause,
            Instant now)
            throws SQLException {
        return session.update(
                        "insert into task_command (id, task_id, number, kind, body, source_task_id, base_sha, cause,"
                                + " created_at) select ?, t.id, (select coalesce(max(number), 0) + 1 from task_command),"
                                + " ?, ?, ?, ?, ?, ? from task t where t.id = ? on conflict (cause) do nothing",
                        UUID.randomUUID(),
                        kind,
                        body,
                        source,
                        baseSha,
                        cause,
                        now,
                        taskId)
                > 0;
    }

    /** The end of a task that its supervisor was not told of. */
    public record End(TaskId taskId, UUID contractId) {}

    /** The members of contracts that have ended without their supervisor being told. */
    public Future<List<End>> untoldEnds() {
        return reads.query(
                "select id, contract_id from task where contract_id is not null and is_supervisor = 0"
                        + " and completed_at is not null and end_told_at is null order by completed_at limit 100",
                row -> new End(TaskId.of(Columns.text(row, "id")), UUID.fromString(Columns.text(row, "contract_id"))));
    }

    /**
     * Keeps the message about the end of a task, in one piece with the note that it is kept.
     *
     * @param supervisor null where there is nobody to be told
     * @return whether nobody did so before
     */
    public Future<Boolean> ended(TaskId taskId, @Nullable TaskId supervisor, String text, Instant now) {
        return Writes.future(database.write(session -> {
            boolean first = session.update(
                            "update task set end_told_at = ? where id = ? and end_told_at is null"
                                    + " and completed_at is not null",
                            now,
                            taskId)
                    > 0;
            if (first && supervisor != null) {
                insert(session, supervisor, new Saying.Message(text), null, now);
            }
            return first;
        }));
    }

    /**
     * What can be said now: the task has a daemon that is connected, and for messages and patches an agent or a worktree
     * there. In order.
     */
    public Future<List<Waiting>> due(Instant now) {
        return reads.query(
                "select c.id, c.task_id, c.kind, c.body, c.source_task_id, c.base_sha, t.daemon_id from task_command c"
                        + " join task t on t.id = c.task_id join daemon d on d.id = t.daemon_id"
                        + " where c.delivered_at is null and c.not_before <= ? and d.connected = 1 and t.queued = 0"
                        + " and (c.kind <> 'message' or t.status in ('running', 'paused', 'blocked'))"
                        + " and (c.kind <> 'patch' or t.status not in ('pending', 'starting', 'initializing'))"
                        // A stopped agent has a while to end by itself, but where its work is not wanted any more:
                        // whoever cleans up ends it too.
                        + " and (c.kind <> 'cleanup' or c.created_at <= ? or t.status not in " + TaskTable.ACTIVE
                        + " or exists (select 1 from contract k where k.id = t.contract_id and k.deleted = 1))"
                        + " order by c.number, c.id limit 50",
                row -> new Waiting(
                        UUID.fromString(Columns.text(row, "id")),
                        TaskId.of(Columns.text(row, "task_id")),
                        UUID.fromString(Columns.text(row, "daemon_id")),
                        saying(
                                Columns.text(row, "kind"),
                                Columns.textOrNull(row, "body"),
                                Columns.textOrNull(row, "source_task_id"),
                                Columns.textOrNull(row, "base_sha"))),
                now.toEpochMilli(),
                now.minus(END_TIME).toEpochMilli());
    }

    private static Saying saying(
            String kind, @Nullable String body, @Nullable String source, @Nullable String baseSha) {
        String text = Objects.requireNonNullElse(body, "");
        return switch (kind) {
            case "message" -> new Saying.Message(text);
            case "patch" ->
                new Saying.Patch(
                        TaskId.of(Objects.requireNonNull(source, "a patch has a source")),
                        text,
                        Objects.requireNonNullElse(baseSha, ""));
            case "cleanup" -> new Saying.Cleanup(!BRANCHES.equals(body));
            default -> throw new IllegalStateException("no kind of command: " + kind); // a text of the database
        };
    }

    /** It was said; what it said is not kept. */
    public Future<Boolean> delivered(UUID id, Instant now) {
        return Writes.future(database.write(session -> {
            session.update("delete from task_command where delivered_at < ?", now.minus(KEPT));
            return session.update(
                            "update task_command set delivered_at = ?, body = null where id = ?"
                                    + " and delivered_at is null",
                            now,
                            id)
                    > 0;
        }));
    }

    /** It could not be said: not before then. */
    public Future<Void> later(UUID id, Instant notBefore) {
        return Writes.future(database.write(session ->
                        session.update("update task_command set not_before = ? where id = ?", notBefore, id)))
                .mapEmpty();
    }

    /** What a contract's end leaves to be said to a task is of no use. */
    public Future<Void> drop(TaskId taskId) {
        return Writes.future(database.write(session -> session.update(
                        "delete from task_command where task_id = ? and delivered_at is null and kind <> 'cleanup'",
                        taskId)))
                .mapEmpty();
    }
}
