package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.Secret;
import dev.makima.config.DatabaseUrl;
import dev.makima.config.ServerConfig;
import dev.makima.testkit.TcpRelay;
import dev.makima.testkit.TestDatabase;
import dev.makima.testkit.TestPostgres;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose PostgreSQL goes away: it says so, acknowledges nothing, and goes on once it is back. */
class DatabaseLossTest {
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path directory;

    @AfterEach
    void end() {
        TestServer.await(vertx.close());
    }

    @Test
    void aServerGoesOnOnceItsDatabaseIsBack() {
        TestPostgres.Fresh fresh = TestPostgres.database();
        try (TcpRelay relay = TcpRelay.start(vertx, fresh.port());
                TestServer server = new TestServer(config(fresh, relay.port()), TestServer.QUICK)) {
            String before = server.task("before");
            assertThat(ready(server).statusCode()).isEqualTo(200);

            relay.refuse(true);
            TestServer.until("it says that it is not ready", () -> ready(server).statusCode() == 503);
            TestServer.until(
                    "writes are refused",
                    () -> server.post("/mesh/tasks", "{\"name\": \"lost\", \"plan\": \"x\"}")
                                    .statusCode()
                            == 503);
            assertThat(server.send(server.request("/mesh/tasks/" + before)).statusCode())
                    .isEqualTo(503);
            assertThat(new JsonObject(ready(server).body()).getString("status")).isEqualTo("down");

            relay.refuse(false);
            TestServer.until("it is ready again", () -> ready(server).statusCode() == 200);
            assertThat(server.get("/mesh/tasks/" + before).getString("name")).isEqualTo("before");
            String after = server.task("after");
            assertThat(server.get("/mesh/tasks").encode())
                    .contains(before, after)
                    .doesNotContain("lost");
        }
    }

    @Test
    void connectionsThatWereEndedOneByOneAreMadeAgainUnseen() {
        TestPostgres.Fresh fresh = TestPostgres.database();
        try (TestServer server = new TestServer(config(fresh, fresh.port()), TestServer.QUICK)) {
            String id = server.task("before");
            for (int i = 0; i < 4; i++) {
                fresh.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                                + " and pid <> pg_backend_pid()");
                assertThat(server.get("/mesh/tasks/" + id).getString("name")).isEqualTo("before");
                server.task("after" + i);
            }
            assertThat(server.get("/mesh/tasks").getJsonArray("tasks")).hasSize(5);
        }
    }

    private ServerConfig config(TestPostgres.Fresh fresh, int port) {
        ServerConfig usual = TestServer.config(TestDatabase.SQLITE, directory, 0, Duration.ofSeconds(30));
        return new ServerConfig(
                usual.http(),
                new ServerConfig.Database(
                        new DatabaseUrl.Postgres(new Secret(fresh.url(port).reveal() + "?user=makima")),
                        Optional.of(fresh.password())),
                usual.tasks(),
                usual.checkpoints(),
                usual.history(),
                usual.limits(),
                usual.directives(),
                usual.home(),
                usual.logging());
    }

    private static HttpResponse<String> ready(TestServer server) {
        return server.send(HttpRequest.newBuilder(server.uri("/health/ready")));
    }
}
