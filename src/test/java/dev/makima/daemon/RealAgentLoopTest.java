package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.Environment;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.ModelRequest;
import dev.makima.testkit.RealAgent;
import dev.makima.testkit.Scenario;
import dev.makima.testkit.ScriptedModel;
import dev.makima.testkit.Step;
import dev.makima.testkit.ToolCall;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An autonomous loop with the real Claude Code CLI. */
class RealAgentLoopTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void itIsStartedTwiceMoreAndSaysThenThatItIsReady(@TempDir Path temp) throws Exception {
        Path claude = RealAgent.require();
        Path home = Files.createDirectory(temp.resolve("home"));
        String taskId = UUID.randomUUID().toString();
        // The last gate stands before the last tool call: the result line does not have it.
        Scenario scenario = Scenario.of(Step.text("One.").tool(ToolCall.bash("touch one")), Step.text("No gate."))
                .nextRound(
                        Step.text("Two.").tool(ToolCall.bash("touch two")),
                        Step.text("<COMPLETION_GATE>\nready: false\nreason: half of it\n</COMPLETION_GATE>"))
                .nextRound(
                        Step.text("<COMPLETION_GATE>\nready: true\nreason: all of it\n</COMPLETION_GATE>")
                                .tool(ToolCall.bash("touch three")),
                        Step.text("That is all."));
        Vertx vertx = Vertx.vertx();
        try (ScriptedModel model = ScriptedModel.start(vertx, scenario);
                BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
                DaemonHarness _ = DaemonHarness.start(
                        home,
                        DaemonHarness.config(home, server.uri(), claude, new JsonObject()),
                        environment(model, home))) {
            server.awaitHandshakes(1, PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "loops", "Make three files.")
                    .put("autonomousLoop", true)
                    .put("maxCostUsd", 5));
            JsonObject end = server.await("taskComplete", taskId, PATIENCE);
            List<String> lines = server.lines(taskId);
            assertThat(end.getBoolean("success")).as(lines.toString()).isTrue();
            assertThat(lines)
                    .anyMatch(line -> line.contains("Iteration 1 of at most 10: the agent ended without saying"))
                    .anyMatch(line -> line.contains("Iteration 2 of at most 10: the agent is not ready: half of it"))
                    .anyMatch(line -> line.contains("the task is complete: all of it"));
            ModelRequest last = model.messages().getLast();
            assertThat(last.body().encode()).contains("Make three files.", "No gate.", "you are started again");
            assertThat(home.resolve("temp").resolve("task-" + taskId)).isDirectoryContaining("glob:**three");
        } finally {
            vertx.close().await();
        }
    }

    private static Environment environment(ScriptedModel model, Path home) {
        Map<String, String> variables = new HashMap<>(RealAgent.environment(model, home));
        variables.put("GIT_CONFIG_NOSYSTEM", "1");
        return new Environment(variables, home, "Linux");
    }
}
