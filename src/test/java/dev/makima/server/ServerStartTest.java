package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerStartTest {
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path directory;

    @AfterEach
    void end() {
        TestServer.await(vertx.close());
    }

    @Test
    void aPortThatIsTakenIsToldAbout() {
        try (TestServer server = new TestServer(directory.resolve("a"))) {
            var config = TestServer.config(directory.resolve("b"), server.server.port(), Duration.ofSeconds(60));
            MakimaException failure = failure(MakimaServer.start(vertx, config));
            assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(failure.explain()).contains(":" + server.server.port()).contains("http.port");
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsToldAbout() throws IOException {
        Files.writeString(directory.resolve("server.db"), "not a database".repeat(100));
        MakimaException failure =
                failure(MakimaServer.start(vertx, TestServer.config(directory, 0, Duration.ofSeconds(60))));
        assertThat(failure.code()).isEqualTo(ErrorCode.DB_ERROR);
        assertThat(failure.explain()).contains(directory.resolve("server.db").toString());
    }

    @Test
    void aProgramCanMakeKeysForItself() {
        MakimaServer server =
                TestServer.await(MakimaServer.start(vertx, TestServer.config(directory, 0, Duration.ofSeconds(60))));
        assertThat(TestServer.await(server.createKey("embedded")).secret().reveal())
                .startsWith("mk_");
        assertThat(server.port()).isPositive();
        TestServer.await(server.close());
    }

    @Test
    void itIsDeployedByNameWithATreeOfItsConfiguration() {
        JsonObject tree = new JsonObject()
                .put("home", directory.toString())
                .put("http", new JsonObject().put("port", 0))
                .put(
                        "database",
                        new JsonObject()
                                .put("url", directory.resolve("named.db").toString()));
        TestServer.await(vertx.deployVerticle(
                "java:" + ServerVerticle.class.getName(), new DeploymentOptions().setConfig(tree)));
        assertThat(directory.resolve("named.db")).exists();
    }

    private static MakimaException failure(Future<?> future) {
        MakimaException[] found = new MakimaException[1];
        assertThatThrownBy(
                        () -> future.toCompletionStage().toCompletableFuture().join())
                .cause()
                .isInstanceOfSatisfying(MakimaException.class, e -> found[0] = e);
        return found[0];
    }
}
