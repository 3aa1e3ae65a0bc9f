package dev.makima.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.RealAgent;
import dev.makima.testkit.Scenario;
import dev.makima.testkit.ScriptedModel;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job with the real Claude Code CLI, whose model is scripted on loopback. */
class RealAgentTaskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temp;

    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void theRealAgentWritesAFileAndTheBranchHoldsIt() throws Exception {
        Path claude = RealAgent.require();
        Path home = Files.createDirectory(temp.resolve("home"));
        TestRepository repository = TestRepository.create(temp.resolve("repo"), 3);
        try (ScriptedModel model = ScriptedModel.start(vertx, Scenario.writes("greeting.txt", "hello ünï\n"));
                WholeStack stack = new WholeStack(home, claude, RealAgent.environment(model, home))) {
            String id = stack.start(new JsonObject()
                    .put("name", "Greet the world")
                    .put("plan", "Write a greeting into greeting.txt.")
                    .put("repositoryUrl", repository.directory().toString())
                    .put("targetRepoPath", repository.directory().toString())
                    .put("completionAction", "branch"));

            JsonObject task = stack.end(id, PATIENCE);
            assertThat(task.getString("status")).as(task.encodePrettily()).isEqualTo("done");
            String branch = "makima/greet-the-world-" + id.substring(0, 8);
            assertThat(task.getString("branch")).isEqualTo(branch);
            assertThat(repository.content(branch, "greeting.txt")).isEqualTo("hello ünï\n");
            assertThat(task.getInteger("filesChanged")).isEqualTo(1);

            List<String> kinds = stack.entriesOfDone(id).stream()
                    .map(entry -> entry.getString("messageType"))
                    .toList();
            assertThat(kinds)
                    .containsSubsequence("system", "assistant", "tool_use", "tool_result", "assistant", "result");
            JsonObject result = stack.entriesOfDone(id).stream()
                    .filter(entry -> "result".equals(entry.getString("messageType")))
                    .findFirst()
                    .orElseThrow();
            // Cost and turns come of the result's entry, and so a moment after the task's end too.
            JsonObject counted = stack.get("/mesh/tasks/" + id);
            assertThat(counted.getDouble("costUsd")).isPositive().isEqualTo(result.getDouble("costUsd"));
            assertThat(counted.getInteger("turns")).isPositive();
            assertThat(model.messages().getFirst().toString()).isNotEmpty();
        }
    }
}
