package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.control.ControlClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What comes between a task's arrival and its admission. */
class AdmissionFaultsTest extends RunBench {

    @Test
    void aTaskIsAnsweredForThoughItCannotBeFoundOutWhetherThereIsRoomForIt() {
        try (DaemonHarness _ = daemon(agents.echoes());
                ControlClient client = ControlClient.connect(home).orElseThrow()) {
            // A new connection asks for the runs as well, and is given up where it cannot have them. This question is
            // asked where that one was, and the store answers in turn.
            client.ask(new JsonObject().put("verb", "status"), PATIENCE);
            // The sum of what the server does not have is asked of this; the task's own row is not.
            sql("alter table run rename column released_at to gone");
            server.send(BaseServer.spawnTask(taskId, "a task", "go"));
            server.await(frame -> taskId.equals(frame.getString("taskId")), PATIENCE);
            sql("alter table run rename column gone to released_at");
            // Its agent would go on without this daemon.
            server.send(Peers.interrupt(taskId, false));
            server.await(
                    frame -> "taskComplete".equals(frame.getString("type"))
                            || "interrupted".equals(frame.getString("newStatus")),
                    PATIENCE);
        }
    }

    @Test
    void aCleanUpLeavesTheOutputOfARunThatIsAboutToBegin() throws Exception {
        JsonObject none = new JsonObject().put("spool", new JsonObject().put("retentionHours", 0));
        try (DaemonHarness daemon = daemon(agents.echoes(), none)) {
            CompletableFuture<DeliveryContext<Object>> begins = new CompletableFuture<>();
            daemon.vertx().eventBus().addOutboundInterceptor(context -> {
                // It has its spool by now, and no row.
                if (!(context.body() instanceof StoreRequest.FindTask) || !begins.complete(context)) {
                    context.next();
                }
            });
            server.send(BaseServer.spawnTask(taskId, "a task", "go"));
            DeliveryContext<Object> row = begins.get(20, TimeUnit.SECONDS);
            Await.file(home.resolve("spool").resolve(taskId), PATIENCE);
            try (ControlClient client = ControlClient.connect(home).orElseThrow()) {
                JsonArray left = client.ask(new JsonObject().put("verb", "clean"), PATIENCE)
                        .getJsonArray("leftovers");
                // What other tests leave in cgroups of this machine is nobody's by then.
                assertThat(left)
                        .filteredOn(one -> one.toString().contains(home.toString()))
                        .singleElement()
                        .satisfies(one -> assertThat(one.toString()).contains("is at work"));
            }
            row.next();
            assertThat(end().getBoolean("success")).isTrue();
        }
    }

    private void sql(String statement) {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("daemon.db"))) {
            database.createStatement().execute("pragma busy_timeout = 10000");
            database.createStatement().execute(statement);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
