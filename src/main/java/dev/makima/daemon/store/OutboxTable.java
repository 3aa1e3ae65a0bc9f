package dev.makima.daemon.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FencedFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.FrameException;
import dev.makima.sql.Row;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The SQL of table outbox. */
final class OutboxTable {
    /** Events that were set aside and are kept. */
    private static final int MOST_ASIDE = 1000;

    /** Those of them whose files are kept. */
    private static final int MOST_FILES_ASIDE = 20;

    private final Clock clock;

    OutboxTable(Clock clock) {
        this.clock = clock;
    }

    void add(Session session, List<Event> events) throws SQLException {
        for (Event event : events) {
            session.update(
                    "INSERT INTO outbox (epoch, task_id, run_id, after_output, frame, payload_file, added_at)"
                            + " VALUES ((SELECT value FROM epoch), ?, ?, ?, ?, ?, ?)",
                    event.taskId(),
                    event.runId(),
                    event.afterOutput(),
                    FrameCodec.encode(fenced(session, event)),
                    event.payloadFile(),
                    clock.instant());
        }
    }

    /** What is told of a task says by which hand-over: the one that the task's row has in this transaction. */
    private static DaemonFrame fenced(Session session, Event event) throws SQLException {
        if (event.taskId() == null || !(event.frame() instanceof FencedFrame frame) || frame.fence() != null) {
            return event.frame();
        }
        long fence = TaskTable.fence(session, event.taskId());
        return fence > 0 ? frame.withFence(fence) : event.frame();
    }

    /**
     * The events that wait, in order. Of a run that was released no output is sent any more: its end waits for none, since
     * it and all behind it would do so for ever.
     */
    List<OutboxRow> read(Session session, long after, int limit) throws SQLException {
        return session.query(
                "SELECT number, epoch || '-' || number AS event_id, task_id, run_id, after_output AND NOT EXISTS (SELECT 1"
                        + " FROM run WHERE run.run_id = outbox.run_id AND released_at IS NOT NULL) AS after_output,"
                        + " frame, payload_file FROM outbox"
                        + " WHERE number > ? AND set_aside IS NULL ORDER BY number LIMIT ?",
                OutboxTable::read,
                after,
                limit);
    }

    /** The id of the oldest event that waits, else the one that the next will have: numbers are never used again. */
    String oldest(Session session) throws SQLException {
        return session.one(
                        "SELECT coalesce((SELECT epoch || '-' || number FROM outbox WHERE set_aside IS NULL"
                                + " ORDER BY number LIMIT 1), (SELECT value FROM epoch) || '-' || coalesce("
                                + "(SELECT seq + 1 FROM sqlite_sequence WHERE name = 'outbox'), 1)) AS id",
                        row -> row.text("id"))
                .orElseThrow();
    }

    /** Deletes the rows, and answers the files that they named. */
    List<String> forget(Session session, List<Long> numbers) throws SQLException {
        List<String> files = new ArrayList<>();
        for (long number : numbers) {
            files.addAll(session.query(
                    "SELECT payload_file FROM outbox WHERE number = ? AND payload_file IS NOT NULL",
                    row -> row.text("payload_file"),
                    number));
            session.update("DELETE FROM outbox WHERE number = ?", number);
        }
        return files;
    }

    /** The files that rows name, those of events set aside too. */
    Set<String> payloadFiles(Session session) throws SQLException {
        return Set.copyOf(session.query(
                "SELECT payload_file FROM outbox WHERE payload_file IS NOT NULL", row -> row.text("payload_file")));
    }

    /**
     * Keeps the row for people. Of those that were set aside the newest stay, so that a server that refuses everything does
     * not fill the disk.
     *
     * @return the files that no row names any more
     */
    List<String> setAside(Session session, long number, String reason) throws SQLException {
        session.update(
                "UPDATE outbox SET set_aside = ?, set_aside_at = ? WHERE number = ?", reason, clock.instant(), number);
        String older = "SELECT number FROM outbox WHERE set_aside IS NOT NULL AND payload_file IS NOT NULL"
                + " ORDER BY number DESC LIMIT -1 OFFSET " + MOST_FILES_ASIDE;
        List<String> files = session.query(
                "SELECT payload_file FROM outbox WHERE number IN (" + older + ")", row -> row.text("payload_file"));
        session.update("UPDATE outbox SET payload_file = NULL WHERE number IN (" + older + ")");
        session.update("DELETE FROM outbox WHERE number IN (SELECT number FROM outbox WHERE set_aside IS NOT NULL"
                + " ORDER BY number DESC LIMIT -1 OFFSET " + MOST_ASIDE + ")");
        return files;
    }

    /** Forgets what was set aside before then, and answers the files that no row names any more. */
    List<String> forgetAside(Session session, Instant before) throws SQLException {
        return forget(
                session,
                session.query(
                        "SELECT number FROM outbox WHERE set_aside IS NOT NULL AND set_aside_at < ?",
                        row -> row.number("number"),
                        before));
    }

    /**
     * Begins a new epoch. What was written before keeps its own: the file may be an older state of itself (a backup, a
     * machine set back), and then its next numbers are those of events that the server has long had and would drop the
     * new ones for. That cannot be seen from the file, so it is done at each start, before anything is written.
     */
    static void beginEpoch(Session session) throws SQLException {
        session.update("UPDATE epoch SET value = lower(hex(randomblob(8)))");
    }

    private static OutboxRow read(Row row) throws SQLException {
        @Nullable String task = row.textOrNull("task_id");
        @Nullable String run = row.textOrNull("run_id");
        String json = row.text("frame");
        Event event = new Event(
                task == null ? null : TaskId.of(task),
                run == null ? null : RunId.of(run),
                frame(json),
                row.flag("after_output"),
                row.textOrNull("payload_file"));
        return new OutboxRow(row.number("number"), row.text("event_id"), event, json.length());
    }

    private static DaemonFrame frame(String json) {
        try {
            return FrameCodec.decodeDaemonFrame(json);
        } catch (FrameException e) {
            throw new MakimaException(ErrorCode.DB_ERROR, "an event in the daemon's outbox cannot be read", null, e);
        }
    }
}
