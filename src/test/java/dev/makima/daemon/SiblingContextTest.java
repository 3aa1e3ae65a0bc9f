package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A note about a sibling, from the server to a working agent. */
class SiblingContextTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static JsonObject note(String taskId) {
        return new JsonObject()
                .put("type", "injectSiblingContext")
                .put("taskId", taskId)
                .put("siblingTaskId", UUID.randomUUID().toString())
                .put("siblingName", "the \"API\"\nteam ☃")
                .put("siblingStatus", "done")
                .put("progressSummary", "it answers 200")
                .put("changedFiles", new JsonArray().add("api file.yaml"));
    }

    @Test
    void itReachesTheAgentAsOneUserMessage(@TempDir Path temp) throws IOException {
        try (WorkBench bench = new WorkBench(temp)) {
            JsonObject task = WorkBench.task("a");
            String id = task.getString("taskId");
            bench.server()
                    .send(task.put(
                            "env",
                            new JsonObject().put("WORK", "says waiting; IFS= read -r note; echo \"$note\" > note")));
            bench.server().await(frame -> frame.getString("output", "").contains("waiting"), PATIENCE);
            bench.server().send(note(id));
            assertThat(bench.server().await("taskComplete", id, PATIENCE).getBoolean("success"))
                    .isTrue();
            Path directory =
                    Path.of(bench.about("completionActionResult", id).getFirst().getString("worktreePath"));
            JsonObject message = new JsonObject(java.nio.file.Files.readString(directory.resolve("note")));
            assertThat(message.getString("type")).isEqualTo("user");
            assertThat(message.getJsonObject("message").getString("content"))
                    .contains("\"the \"API\" team ☃\" is done", "it answers 200", "api file.yaml")
                    .doesNotContain("\n");
            bench.server().send(note(id));
            // The run may still be at its very end when the note comes.
            bench.server()
                    .await(
                            frame -> {
                                String line = frame.getString("output", "");
                                return line.contains("cannot take a note about a sibling")
                                        || line.contains("came too late");
                            },
                            PATIENCE);
            assertThat(bench.server().mistakes()).isEmpty();
        }
    }
}
