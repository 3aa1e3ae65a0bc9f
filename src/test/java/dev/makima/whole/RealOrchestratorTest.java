package dev.makima.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.RealAgent;
import dev.makima.testkit.Scenario;
import dev.makima.testkit.ScriptedModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Claude Code CLI as an orchestrator, which asks the server for its subtasks with the key it was given. */
class RealOrchestratorTest {
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
    void theRealAgentListsItsSubtasks() throws Exception {
        Path claude = RealAgent.require();
        Path home = Files.createDirectory(temp.resolve("home"));
        try (ScriptedModel model = ScriptedModel.start(vertx, Scenario.runs("makima orchestrator list"));
                WholeStack stack = new WholeStack(home, claude, RealAgent.environment(model, home))) {
            JsonObject form = new JsonObject().put("name", "whole").put("plan", "List your subtasks.");
            String whole = stack.send("POST", "/mesh/tasks", form, 201).getString("id");
            String part = stack.send("POST", "/mesh/tasks", form.copy().put("parentTaskId", whole), 201)
                    .getString("id");
            stack.send("POST", "/mesh/tasks/" + whole + "/start", new JsonObject(), 200);
            assertThat(stack.end(whole, PATIENCE).getString("status")).isEqualTo("done");
            assertThat(stack.entriesOfDone(whole))
                    .filteredOn(entry -> "tool_result".equals(entry.getString("messageType")))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.getString("content")).contains(part));
        }
    }
}
