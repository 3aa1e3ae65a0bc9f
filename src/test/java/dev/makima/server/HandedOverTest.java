package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.protocol.SpawnTask;
import dev.makima.server.daemons.Dispatcher;
import dev.makima.testkit.LogListener;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was handed over is its daemon's, whatever fails after that. */
class HandedOverTest {
    @TempDir
    private Path directory;

    private String sql(String statement) {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("server.db"))) {
            database.createStatement().execute("pragma busy_timeout = 10000");
            if (!statement.startsWith("select")) {
                database.createStatement().execute(statement);
                return "";
            }
            try (ResultSet found = database.createStatement().executeQuery(statement)) {
                return found.getString(1);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTaskIsNotPutBackWhereItsStopCannotBeLookedUpAfterItWasSent() throws InterruptedException {
        try (LogListener log = LogListener.to(Dispatcher.class.getName());
                TestServer server = new TestServer(directory)) {
            // Made before a daemon is there, for the answer to this is read from the table too.
            String first = server.task("first");
            AtomicBoolean broken = new AtomicBoolean();
            server.vertx.eventBus().addOutboundInterceptor(context -> {
                // No read of a task works from here on, and every write does.
                if (context.body() instanceof SpawnTask && broken.compareAndSet(false, true)) {
                    sql("alter table task rename column plan to gone");
                }
                context.next();
            });
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
                assertThat(daemon.expect(SpawnTask.class).taskId().toString()).isEqualTo(first);
                log.await(
                        Duration.ofSeconds(20),
                        "what became of it",
                        text -> text.contains(first + " goes back to the queue")
                                || text.contains(first + " was handed over; whether"));
                sql("alter table task rename column gone to plan");
                // It is handed over by a later round, so the one before has come to its end.
                String second = server.task("second");
                assertThat(daemon.expect(SpawnTask.class).taskId().toString()).isEqualTo(second);
                assertThat(sql("select queued || ' ' || fence from task where id = '" + first + "'"))
                        .isEqualTo("0 1");
            }
        }
    }
}
