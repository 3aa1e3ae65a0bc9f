package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.Environment;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the keys of the section {@code process} do to the agent's command line and environment, and to its time. */
class ProcessSettingsTest extends RunBench {
    /** Runs a task under these settings and an environment with these variables beside the usual ones. */
    private JsonObject run(Path agent, JsonObject process, Map<String, String> more) {
        Map<String, String> variables =
                new HashMap<>(DaemonHarness.environment(home).variables());
        variables.putAll(more);
        JsonObject tree = new JsonObject().put("process", process);
        try (DaemonHarness _ = DaemonHarness.start(
                home,
                DaemonHarness.config(home, server.uri(), agent, tree),
                new Environment(variables, home, "Linux"))) {
            server.awaitHandshakes(1, PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "a task", "go"));
            return server.await("taskComplete", taskId, PATIENCE);
        }
    }

    private List<String> recorded(String name) throws IOException {
        return Files.readAllLines(temp.resolve("agents").resolve(name));
    }

    @Test
    void withoutSettingsPermissionsAreSkippedAndNothingForeignIsInherited() throws IOException {
        Map<String, String> inherited = Map.of(
                "CLAUDECODE", "1", "CLAUDE_CODE_SESSION_ID", "outer", "MY_TOKEN", "mine", "MAKIMA_API_KEY", "mk_own");
        assertThat(run(agents.recordsItself(), new JsonObject(), inherited).getBoolean("success"))
                .isTrue();
        assertThat(recorded("arguments")).contains("--dangerously-skip-permissions", "--verbose");
        assertThat(recorded("arguments").getFirst()).isEqualTo("--output-format=stream-json");
        assertThat(recorded("environment"))
                .noneMatch(line -> line.startsWith("CLAUDECODE=") || line.startsWith("CLAUDE_CODE_SESSION_ID="))
                .noneMatch(line -> line.contains("mine") || line.contains("mk_own"))
                .contains("CLAUDE_CODE_DISABLE_BACKGROUND_TASKS=1");
    }

    @Test
    void everySettingHasItsEffect() throws IOException {
        JsonObject settings = new JsonObject()
                .put("claudePreArgs", List.of("--before", "two words"))
                .put("claudeArgs", List.of("--after", "a'b\"c"))
                .put("enablePermissions", true)
                .put("disableVerbose", true)
                .put("envVars", new JsonObject().put("FROM_CONFIG", "a b"))
                .put("envPass", List.of("MY_*"));
        run(agents.recordsItself(), settings, Map.of("MY_TOKEN", "mine", "YOUR_TOKEN", "yours"));
        List<String> arguments = recorded("arguments");
        assertThat(arguments).startsWith("--before", "two words").endsWith("--after", "a'b\"c");
        assertThat(arguments).doesNotContain("--dangerously-skip-permissions", "--verbose");
        assertThat(recorded("environment"))
                .contains("FROM_CONFIG=a b", "MY_TOKEN=mine")
                .noneMatch(line -> line.contains("yours"));
    }

    @Test
    void theDefaultTimeLimitIsThatOfATaskThatBringsNone() {
        JsonObject end = run(agents.silent(), new JsonObject().put("defaultTimeoutSecs", 1), Map.of());
        assertThat(end.getString("error")).isEqualTo("timed out after 1 s");
    }
}
