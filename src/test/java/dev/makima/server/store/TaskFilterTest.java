package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How SQLite looks for the tasks of a list: never through all of an owner's where few are meant. */
class TaskFilterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path directory;

    private Store store;

    @BeforeEach
    void open() {
        store = Await.value(
                Store.open(vertx, Store.settings(TestDatabase.SQLITE.fresh(directory)), Instant.EPOCH), PATIENCE);
    }

    @AfterEach
    void close() {
        Await.value(store.close(), PATIENCE);
        Await.value(vertx.close(), PATIENCE);
    }

    @Test
    void whatBeginsSoIsFoundByTheIndexOfTheIds() throws SQLException {
        assertThat(plan(new TaskFilter(null, "0123abcd", null, null, null, null, null, null, 10)))
                .contains("SEARCH task USING INDEX sqlite_autoindex_task_1 (id>? AND id<?)");
    }

    @Test
    void allAreReadInTheOrderOfTheIndexByAge() throws SQLException {
        assertThat(plan(new TaskFilter(null, null, null, null, null, null, null, null, 10)))
                .containsExactly("SEARCH task USING INDEX task_by_age (owner_id=?)");
    }

    private List<String> plan(TaskFilter filter) throws SQLException {
        List<Object> arguments = new ArrayList<>();
        List<String> steps = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("server.db"));
                PreparedStatement statement =
                        connection.prepareStatement("explain query plan " + filter.sql("an owner", arguments))) {
            for (int i = 0; i < arguments.size(); i++) {
                statement.setObject(i + 1, arguments.get(i));
            }
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
                steps.add(rows.getString("detail"));
            }
        }
        return steps;
    }
}
