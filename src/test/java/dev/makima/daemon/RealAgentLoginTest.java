package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.Environment;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.RealAgent;
import dev.makima.testkit.Scenario;
import dev.makima.testkit.ScriptedModel;
import dev.makima.testkit.Step;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Claude Code CLI, of which nobody has logged in. */
class RealAgentLoginTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the agent keeps of a login. */
    private static final String KEPT = """
            {"claudeAiOauth":{"accessToken":"sk-ant-oat01-scripted","refreshToken":"sk-ant-ort01-scripted",
            "expiresAt":4102444800000,"scopes":["user:inference","user:profile"],"subscriptionType":"max"}}
            """;

    @TempDir
    private Path temp;

    @Test
    void aTaskOfAnAgentThatIsNotLoggedInNamesTheAddressAndGoesOnInItsConversationAfterTheLogin() throws IOException {
        Vertx vertx = Vertx.vertx();
        Path home = Files.createDirectory(temp.resolve("home"));
        String taskId = UUID.randomUUID().toString();
        try (BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
                ScriptedModel model = ScriptedModel.start(vertx, Scenario.of(Step.text("At work.")));
                DaemonHarness _ = daemon(home, server, model)) {
            server.awaitHandshakes(1, PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "a task", "Do the work."));
            JsonObject required = server.await("authenticationRequired", taskId, PATIENCE);
            assertThat(required.getString("loginUrl"))
                    .startsWith("https://claude.")
                    .contains("state=");
            server.await(frame -> "blocked".equals(frame.getString("newStatus")), PATIENCE);
            server.send(Peers.message(taskId, "AUTH_CODE:made-up#code"));
            server.await(frame -> frame.getString("output", "").contains("did not take the code"), PATIENCE);
            assertThat(model.messages()).isEmpty();

            Files.writeString(home.resolve(".claude/.credentials.json"), KEPT);
            JsonObject end = server.await("taskComplete", taskId, PATIENCE);

            assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
            assertThat(model.messages().getLast().credential()).isEqualTo("bearer");
            assertThat(model.messages().getLast().body().encode()).contains("Do the work.", "you are logged in again");
        }
        Peers.awaitNothingLeft(home);
        vertx.close().await();
    }

    private static DaemonHarness daemon(Path home, BaseServer server, ScriptedModel model) {
        Map<String, String> variables = new HashMap<>(RealAgent.environment(model, home));
        variables.remove("ANTHROPIC_API_KEY");
        variables.put("GIT_CONFIG_NOSYSTEM", "1");
        return DaemonHarness.start(
                home,
                DaemonHarness.config(home, server.uri(), RealAgent.require(), new JsonObject()),
                new Environment(variables, home, "Linux"));
    }
}
