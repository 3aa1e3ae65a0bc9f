package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.config.DatabaseUrl;
import dev.makima.config.ServerConfig;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import dev.makima.server.store.Store;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server moves from one database to another, and nothing of it is lost or other than before. */
class CopyDatabaseTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"SQLITE, POSTGRESQL", "POSTGRESQL, SQLITE", "POSTGRESQL, POSTGRESQL"})
    void aServerGoesOnWithTheCopy(TestDatabase from, TestDatabase to) throws Exception {
        ServerConfig before = config(from.fresh(Files.createDirectory(directory.resolve("from"))));
        ServerConfig after = config(to.fresh(directory.resolve("to")));
        String key;
        String id;
        List<JsonObject> entries;
        JsonObject task;
        try (TestServer server = new TestServer(before, TestServer.QUICK)) {
            key = server.key;
            id = server.task("done before");
            work(server, id, "said before ✓ \u0001");
            entries = server.entries(id, 2);
            task = server.get("/mesh/tasks/" + id);
            assertConflict(before, after, "is in use by another program");
        }

        Map<String, Long> copied = Store.copy(before.database(), after.database());
        assertThat(copied).containsEntry("task", 1L).containsKeys("output_chunk", "entry", "hand_over", "api_key");
        assertThat(copied.values().stream().mapToLong(rows -> rows).sum()).isGreaterThan(8);
        assertConflict(before, after, "there is something in it already");

        // The key that it has was made before, so it makes none, and knows that one.
        try (TestServer server = new TestServer(after, TestServer.QUICK, key)) {
            assertThat(server.get("/mesh/tasks/" + id)).isEqualTo(task);
            assertThat(server.entries(id, 2)).isEqualTo(entries);
            String next = server.task("done after");
            work(server, next, "said after");
            assertThat(server.entries(id, 2)).isEqualTo(entries);
            assertThat(server.entries(next, 2).toString())
                    .contains("said after")
                    .doesNotContain("said before");
        }
    }

    @Test
    void aSourceThatIsNotThereIsNotMade() {
        Path missing = directory.resolve("missing.db");
        var from = new ServerConfig.Database(new DatabaseUrl.Sqlite(missing));
        var to = new ServerConfig.Database(new DatabaseUrl.Sqlite(directory.resolve("to.db")));
        assertThatThrownBy(() -> Store.copy(from, to))
                .isInstanceOfSatisfying(
                        MakimaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
        assertThat(missing).doesNotExist();
        var none = TestDatabase.POSTGRESQL.fresh(directory);
        assertThatThrownBy(() -> Store.copy(none, to))
                .isInstanceOfSatisfying(
                        MakimaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
        assertThat(directory.resolve("to.db")).doesNotExist();
    }

    private static void work(TestServer server, String id, String said) {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            TaskId task = daemon.take();
            RunId run = new RunId(UUID.randomUUID());
            byte[] bytes = (said + "\n").getBytes(StandardCharsets.UTF_8);
            daemon.output(task, run, StreamName.STDERR, 0, bytes);
            daemon.output(task, run, StreamName.DAEMON, 0, "ready\n");
            daemon.send(TaskComplete.success(task).withRun(run, new StreamLengths(0, bytes.length, 6)));
            server.taskWith(id, "done");
        }
    }

    private static void assertConflict(ServerConfig from, ServerConfig to, String why) {
        assertThatThrownBy(() -> Store.copy(from.database(), to.database()))
                .isInstanceOfSatisfying(MakimaException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT);
                    assertThat(e.explain()).contains(why);
                });
    }

    private ServerConfig config(ServerConfig.Database database) {
        ServerConfig usual = TestServer.config(directory, 0, Duration.ofSeconds(30));
        return new ServerConfig(
                usual.http(),
                database,
                usual.tasks(),
                usual.checkpoints(),
                usual.history(),
                usual.limits(),
                usual.directives(),
                usual.home(),
                usual.logging());
    }
}
