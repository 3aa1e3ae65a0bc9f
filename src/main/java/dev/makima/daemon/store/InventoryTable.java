package dev.makima.daemon.store;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.StoreStatus;
import dev.makima.protocol.TaskState;
import dev.makima.sql.Row;
import dev.makima.sql.Session;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The SQL of {@link Inventory}. */
final class InventoryTable {
    private static final int MOST_ASIDE = 1000;

    private InventoryTable() {}

    static Inventory read(Session session) throws SQLException {
        List<Inventory.TaskRow> tasks = session.query(
                "SELECT task_id, coalesce(json_extract(spawn, '$.taskName'), '') AS name, run_id, state, directory,"
                        + " worktree_of, coalesce(taken_after >= fence, 0) AS taken, updated_at FROM task WHERE NOT forgotten ORDER BY updated_at",
                InventoryTable::task);
        List<Inventory.RunRow> runs = session.query(
                "SELECT run_id, task_id, state, released_at FROM run ORDER BY rowid",
                row -> new Inventory.RunRow(
                        RunId.of(row.text("run_id")),
                        TaskId.of(row.text("task_id")),
                        TaskState.of(row.text("state")),
                        row.instantOrNull("released_at")));
        Set<TaskId> tellings = Set.copyOf(session.query(
                "SELECT DISTINCT task_id FROM outbox WHERE set_aside IS NULL AND task_id IS NOT NULL",
                row -> TaskId.of(row.text("task_id"))));
        long waiting = session.one("SELECT count(*) AS n FROM outbox WHERE set_aside IS NULL", row -> row.number("n"))
                .orElse(0L);
        return new Inventory(tasks, runs, tellings, waiting, aside(session, MOST_ASIDE));
    }

    static List<StoreStatus.Aside> aside(Session session, int most) throws SQLException {
        return session.query(
                        "SELECT task_id, coalesce(json_extract(frame, '$.type'), '') AS type, set_aside,"
                                + " set_aside_at"
                                + " FROM outbox WHERE set_aside IS NOT NULL ORDER BY number DESC LIMIT ?",
                        row -> new StoreStatus.Aside(
                                idOrNull(row.textOrNull("task_id")),
                                row.text("type"),
                                row.text("set_aside"),
                                row.instant("set_aside_at")),
                        most)
                .reversed();
    }

    private static Inventory.TaskRow task(Row row) throws SQLException {
        @Nullable String directory = row.textOrNull("directory");
        return new Inventory.TaskRow(
                TaskId.of(row.text("task_id")),
                row.text("name"),
                RunId.of(row.text("run_id")),
                TaskState.of(row.text("state")),
                directory == null ? null : Path.of(directory),
                idOrNull(row.textOrNull("worktree_of")),
                row.number("taken") == 1,
                row.instant("updated_at"));
    }

    private static @Nullable TaskId idOrNull(@Nullable String text) {
        return text == null ? null : TaskId.of(text);
    }
}
