package dev.makima.cli.command.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.TestSurroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.ServerUrl;
import dev.makima.config.DatabaseUrl;
import dev.makima.config.LoggingSettings;
import dev.makima.config.ServerConfig;
import dev.makima.server.MakimaServer;
import dev.makima.testkit.Await;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What agents do with tasks, against a real server without a daemon. */
class AgentTasksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private Vertx vertx;
    private MakimaServer server;
    private ApiClient api;
    private String url;
    private String key;
    private String self;

    @BeforeEach
    void startServer() {
        vertx = Vertx.vertx();
        server = Await.value(MakimaServer.start(vertx, config()), PATIENCE);
        url = "http://127.0.0.1:" + server.port();
        key = server.firstKey().orElseThrow().secret().reveal();
        api = new ApiClient(new ServerUrl(url), server.firstKey().orElseThrow().secret());
        self = api.post(
                        "/mesh/tasks",
                        Json.object()
                                .put("name", "whole")
                                .put("plan", "all of it")
                                .put("repositoryUrl", "https://example.org/o/r.git")
                                .put("baseBranch", "develop"))
                .path("id")
                .asText();
    }

    @AfterEach
    void stopServer() {
        api.close();
        Await.value(server.close(), PATIENCE);
        Await.value(vertx.close(), PATIENCE);
    }

    private ServerConfig config() {
        return new ServerConfig(
                new ServerConfig.Http("127.0.0.1", 0),
                new ServerConfig.Database(new DatabaseUrl.Sqlite(directory.resolve("server.db"))),
                new ServerConfig.Tasks(Duration.ofSeconds(30), Duration.ofSeconds(120), 3, Duration.ofMinutes(15)),
                new ServerConfig.Checkpoints(Duration.ofDays(7)),
                new ServerConfig.History(Duration.ofDays(90)),
                new ServerConfig.Limits(1 << 20, 16 << 20, 2000),
                new ServerConfig.Directives(Duration.ofSeconds(15)),
                directory,
                new LoggingSettings(LoggingSettings.Level.INFO, LoggingSettings.Format.PRETTY));
    }

    private TestSurroundings agent() {
        return new TestSurroundings(directory)
                .with("MAKIMA_API_URL", url)
                .with("MAKIMA_API_KEY", key)
                .with("MAKIMA_TASK_ID", self);
    }

    private JsonNode done(String... command) {
        TestSurroundings world = agent();
        assertThat(world.run(command)).as(world.err()).isZero();
        assertThat(world.out().lines()).as("one line of JSON").hasSize(1);
        return Json.read("stdout", world.out());
    }

    private int code(String... command) {
        return agent().run(command);
    }

    @Test
    void anOrchestratorMakesStartsSeesAndStopsItsSubtasksOnly() {
        api.post("/mesh/tasks", Json.object().put("name", "another's").put("plan", "x"));
        assertThat(done("orchestrator", "list").path("tasks")).isEmpty();

        JsonNode made =
                done("orchestrator", "create", "part", "Do \"half\" of it:\nthis.", "--files", "a.txt, b/c.txt");
        assertThat(made.path("parentTaskId").asText()).isEqualTo(self);
        assertThat(made.path("repositoryUrl").asText()).isEqualTo("https://example.org/o/r.git");
        assertThat(made.path("baseBranch").asText()).isEqualTo("develop");
        assertThat(made.path("plan").asText()).isEqualTo("Do \"half\" of it:\nthis.");
        assertThat(made.path("startRequested").asBoolean()).isFalse();
        String part = made.path("id").asText();
        JsonNode next = done("orchestrator", "create", "next", "The rest.", "--continue-from", part.substring(0, 8));
        assertThat(next.path("continueFromTaskId").asText()).isEqualTo(part);

        assertThat(done("orchestrator", "list").path("tasks").findValuesAsText("name"))
                .containsExactlyInAnyOrder("part", "next");
        assertThat(done("orchestrator", "start", part).path("startRequested").asBoolean())
                .isTrue();
        assertThat(done("orchestrator", "status", part.substring(0, 8))
                        .path("id")
                        .asText())
                .isEqualTo(part);
        assertThat(done("orchestrator", "output", part).path("entries")).isEmpty();
        assertThat(code("orchestrator", "worktree", part)).isEqualTo(3);
        assertThat(done("orchestrator", "stop", part).path("status").asText()).isEqualTo("interrupted");
    }

    @Test
    void aSupervisorSpawnsAndWaits() {
        String task = done("supervisor", "spawn", "part", "Do it.").path("id").asText();
        JsonNode seen = done("supervisor", "tasks").path("tasks");
        assertThat(seen.findValuesAsText("id")).isEqualTo(List.of(task));
        assertThat(done("supervisor", "task", task).path("startRequested").asBoolean())
                .isTrue();
        TestSurroundings impatient = agent();
        assertThat(impatient.run("supervisor", "wait", task, "1")).isEqualTo(5);
        assertThat(impatient.err()).contains("is pending after 1 s", "wait again");
        done("orchestrator", "stop", task);
        assertThat(done("supervisor", "wait", task).path("status").asText()).isEqualTo("interrupted");
    }

    @Test
    void anUnknownTaskIsNotFoundAndAWrongKeyUnauthorised() {
        assertThat(code("orchestrator", "status", "00000000-0000-4000-8000-000000000000"))
                .isEqualTo(3);
        assertThat(code("orchestrator", "list", "--api-key", "wrong")).isEqualTo(4);
    }
}
