package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.Environment;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.ModelRequest;
import dev.makima.testkit.RealAgent;
import dev.makima.testkit.Scenario;
import dev.makima.testkit.ScriptedModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task sent again with resumeSession, with the real Claude Code CLI. */
class RealAgentResumeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void theSecondRunGoesOnWithTheConversationOfTheFirst(@TempDir Path temp) throws Exception {
        Path claude = RealAgent.require();
        Path home = Files.createDirectory(temp.resolve("home"));
        String taskId = UUID.randomUUID().toString();
        Vertx vertx = Vertx.vertx();
        try (ScriptedModel model = ScriptedModel.start(vertx, Scenario.says("The first answer."));
                BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
                DaemonHarness _ = DaemonHarness.start(
                        home,
                        DaemonHarness.config(home, server.uri(), claude, new JsonObject()),
                        environment(model, home))) {
            server.awaitHandshakes(1, PATIENCE);
            JsonObject spawn = BaseServer.spawnTask(taskId, "resumed", "Remember the number 4711.");
            server.send(spawn);
            assertThat(server.await("taskComplete", taskId, PATIENCE).getBoolean("success"))
                    .isTrue();
            int before = model.messages().size();

            server.send(spawn.copy().put("resumeSession", true));
            server.await(frame -> frame.getString("output", "").contains("conversation is resumed"), PATIENCE);
            ModelRequest again = model.await(request -> request.prompt().contains("where you left off"), PATIENCE);
            assertThat(model.messages().size()).isGreaterThan(before);
            assertThat(again.body().encode()).contains("4711").contains("The first answer.");
            server.await(
                    frame -> "taskComplete".equals(frame.getString("type"))
                            && server.frames("taskComplete").size() == 2,
                    PATIENCE);
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
