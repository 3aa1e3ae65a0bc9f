package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.agent.Role;
import dev.makima.agent.Roles;
import dev.makima.config.Environment;
import dev.makima.testkit.Await;
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

/** That the real Claude Code CLI hands the role's text to its model, and finds makima, with its own tools. */
class RealAgentRoleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void theModelReadsTheRoleOfTheRunInHandBehindTheAgentsOwnTextAndItsShellFindsMakima(@TempDir Path temp)
            throws Exception {
        Path claude = RealAgent.require();
        Path home = Files.createDirectory(temp.resolve("home"));
        String taskId = UUID.randomUUID().toString();
        Vertx vertx = Vertx.vertx();
        try (ScriptedModel model = ScriptedModel.start(
                        vertx, Scenario.runs("makima --version; echo key:$MAKIMA_API_KEY; echo task:$MAKIMA_TASK_ID"));
                BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
                DaemonHarness _ = DaemonHarness.start(
                        home,
                        DaemonHarness.config(home, server.uri(), claude, new JsonObject()),
                        environment(model, home))) {
            server.await("daemonDirectories", PATIENCE);
            JsonObject spawn = BaseServer.spawnTask(taskId, "member", "Ask makima for its version.");
            server.send(spawn.copy().put("contractId", UUID.randomUUID().toString()));
            assertThat(server.await("taskComplete", taskId, PATIENCE).getBoolean("success"))
                    .isTrue();
            ModelRequest first = model.messages().getFirst();
            String key = server.await("registerToolKey", taskId, PATIENCE).getString("key");
            assertThat(first.system())
                    .contains(Roles.text(Role.CONTRACT_MEMBER, false).strip());
            // The agent's own text is there too, before ours.
            assertThat(first.system().indexOf("You work on a task of a contract"))
                    .isGreaterThan(2000);
            assertThat(model.messages().getLast().body().encode())
                    .contains("makima development", "key:" + key, "task:" + taskId);
            assertThat(String.join("\n", server.lines(taskId)))
                    .contains("makima development")
                    .doesNotContain(key);

            server.send(spawn.copy().put("resumeSession", true));
            ModelRequest again = model.await(request -> request.prompt().contains("where you left off"), PATIENCE);
            assertThat(again.body().encode()).contains("makima development");
            assertThat(again.system())
                    .contains(Roles.text(Role.TASK, false).strip())
                    .doesNotContain("You work on a task of a contract");
            Await.until(
                    PATIENCE,
                    "the second end",
                    () -> server.frames("taskComplete").size() == 2);
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
