package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.store.StateFile;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A daemon whose database was written by an earlier makima, with tasks in hand. */
class OlderDatabaseTest extends RunBench {
    private static final String STEPS = "sql/sqlite/";

    private final String running = taskId;
    private final String pausedByLease = UUID.randomUUID().toString();
    private final String pausedByPeople = UUID.randomUUID().toString();

    /** Ends with its second message. It starts nothing when it is paused: the middle of a fork is no case for this test. */
    private Path agent() {
        return agents.script("waits", """
                first_line
                init
                says ready
                IFS= read -r second
                result done
                until_end_of_input
                """);
    }

    private static String step(String name) throws IOException {
        try (InputStream content = StateFile.class.getResourceAsStream(STEPS + name)) {
            return new String(Objects.requireNonNull(content, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> texts(Statement statement, String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    /** Makes the database one whose schema has so many steps, with the rows that there are. */
    private void setBack(int steps, String... more) throws IOException, SQLException {
        Path now = Files.move(home.resolve("daemon.db"), temp.resolve("now.db"));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("daemon.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("ATTACH '" + now + "' AS now");
            statement.execute("PRAGMA application_id = "
                    + texts(statement, "PRAGMA now.application_id").getFirst());
            statement.execute(texts(statement, "SELECT sql FROM now.sqlite_master WHERE name = 'schema_version'")
                    .getFirst());
            for (String name : step("index.txt").lines().limit(steps).toList()) {
                statement.executeUpdate(step(name));
            }
            for (String table : texts(
                    statement,
                    "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")) {
                String columns = String.join(
                        ", ",
                        texts(
                                statement,
                                "SELECT name FROM pragma_table_info('" + table + "', 'main') INTERSECT"
                                        + " SELECT name FROM pragma_table_info('" + table + "', 'now')"));
                statement.execute(
                        "INSERT INTO main." + table + " (" + columns + ") SELECT " + columns + " FROM now." + table);
            }
            statement.execute("DELETE FROM schema_version WHERE version > " + steps);
            for (String sql : more) {
                assertThat(statement.executeUpdate(sql)).as(sql).isPositive();
            }
        }
    }

    private String leaseOf(String task, boolean paused) {
        return "INSERT INTO lease (run_id, task_id, fence, length_millis, boot, deadline_millis, paused)"
                + " SELECT run_id, task_id, 1, 60000, 'earlier', 0, " + paused + " FROM task WHERE task_id = '" + task
                + "'";
    }

    private void awaitState(String task, String before, String now) {
        server.await(Peers.becomes(task, before, now), PATIENCE);
    }

    private void end(String task) {
        server.send(Peers.message(task, "that is all"));
        JsonObject end = server.await("taskComplete", task, PATIENCE);
        assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
    }

    @Test
    void runsOfBeforeTheReasonOfAPauseWasSavedWithItAreTakenOver() throws IOException, SQLException {
        Path agent = agent();
        try (DaemonHarness _ = daemon(agent)) {
            for (String task : List.of(running, pausedByLease, pausedByPeople)) {
                server.send(BaseServer.spawnTask(task, "a task", "go"));
                server.await(
                        frame -> task.equals(frame.getString("taskId"))
                                && frame.getString("output", "").contains("\"ready\""),
                        PATIENCE);
            }
            for (String task : List.of(pausedByLease, pausedByPeople)) {
                server.send(Peers.command("pauseTask", task));
                awaitState(task, "running", "paused");
            }
        }
        setBack(
                3,
                leaseOf(running, false),
                leaseOf(pausedByLease, true),
                leaseOf(pausedByPeople, false),
                // A lease said it, and the run did not.
                "UPDATE run SET loop_progress = json_remove(loop_progress, '$.pausedByLease')");
        try (DaemonHarness _ = daemon(agent)) {
            // This server knows no leases, so that none holds an agent up.
            awaitState(pausedByLease, "paused", "running");
            end(pausedByLease);
            end(running);
            awaitState(pausedByPeople, "paused", "paused");
            assertThat(server.frames("taskComplete")).hasSize(2);
            server.send(Peers.command("resumeTask", pausedByPeople));
            awaitState(pausedByPeople, "paused", "running");
            end(pausedByPeople);
        }
        assertThat(server.frames("taskRecoveryDetected")).isEmpty();
    }
}
