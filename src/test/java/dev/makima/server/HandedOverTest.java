package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.protocol.SpawnTask;
import dev.makima.server.daemons.Dispatcher;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
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
        CountDownLatch said = new CountDownLatch(1);
        Logger logger = Logger.getLogger(Dispatcher.class.getName());
        Handler handler = new Saying(said);
        logger.addHandler(handler);
        try (TestServer server = new TestServer(directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            AtomicBoolean broken = new AtomicBoolean();
            server.vertx.eventBus().addOutboundInterceptor(context -> {
                // No read of a task works from here on, and every write does.
                if (context.body() instanceof SpawnTask && broken.compareAndSet(false, true)) {
                    sql("alter table task rename column plan to gone");
                }
                context.next();
            });
            String first = server.task("first");
            assertThat(daemon.expect(SpawnTask.class).taskId().toString()).isEqualTo(first);
            assertThat(said.await(20, TimeUnit.SECONDS)).isTrue();
            sql("alter table task rename column gone to plan");
            // It is handed over by a later round, so the one before has come to its end.
            String second = server.task("second");
            assertThat(daemon.expect(SpawnTask.class).taskId().toString()).isEqualTo(second);
            assertThat(sql("select queued || ' ' || fence from task where id = '" + first + "'"))
                    .isEqualTo("0 1");
        } finally {
            logger.removeHandler(handler);
        }
    }

    private static final class Saying extends Handler {
        private final CountDownLatch said;

        Saying(CountDownLatch said) {
            this.said = said;
        }

        @Override
        public void publish(LogRecord record) {
            String message = String.valueOf(record.getMessage());
            if (message.contains("goes back to the queue") || message.contains("was handed over; whether")) {
                said.countDown();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
