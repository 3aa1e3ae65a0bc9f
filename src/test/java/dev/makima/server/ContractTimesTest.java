package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.CreatePR;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.RegisterToolKey;
import dev.makima.protocol.SendMessage;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What time alone brings about in contracts, with a clock that is put forward. */
class ContractTimesTest extends ServerBench {
    private static final String LEAD = "0123456789abcdef".repeat(4);

    private String contract() {
        JsonObject form = new JsonObject()
                .put("name", "whole")
                .put("repository", new JsonObject().put("url", "https://example.com/o/r.git"))
                .put("initialPhase", "execute");
        return server.post("/contracts", form, 201).getString("id");
    }

    @Test
    void aPullRequestThatNobodyTellsOfIsGivenUpAndKeptWhereItIsToldOfLate() {
        String id = contract();
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask lead = daemon.run(server);
            JsonObject member =
                    new JsonObject().put("name", "one").put("plan", "p").put("start", true);
            server.post("/contracts/" + id + "/tasks", member, 201);
            daemon.send(TaskComplete.success(daemon.run(server).taskId()));
            CreatePR asked = daemon.expect(CreatePR.class);
            assertThat(daemon.expect(SendMessage.class).message()).startsWith("[INFO] Task \"one\"");
            clock.forward(Duration.ofMinutes(9));
            // What is told of next is not the pull request, though rounds have passed meanwhile.
            String question = server.post(
                            "/contracts/" + id + "/questions?wait=0", new JsonObject().put("question", "Why?"), 201)
                    .getString("id");
            server.post(
                    "/contracts/" + id + "/questions/" + question + "/answer",
                    new JsonObject().put("answer", "so"),
                    200);
            assertThat(daemon.expect(SendMessage.class).message()).contains("Why?", "so");
            clock.forward(Duration.ofMinutes(2));
            SendMessage failed = daemon.expect(SendMessage.class);
            assertThat(failed.taskId()).isEqualTo(lead.taskId());
            assertThat(failed.message()).startsWith("[ERROR]").contains("nothing was heard of it");
            daemon.send(new PrCreated(
                    lead.taskId(), true, "made", "https://example.com/pr/1", 1, asked.requestId(), "2-2", null));
            // No second word of the failure has come before this one.
            assertThat(daemon.expect(SendMessage.class, EventAck.class).message())
                    .startsWith("[ACTION REQUIRED] The pull request is open: https://example.com/pr/1");
            assertThat(server.get("/contracts/" + id).getString("prUrl")).isEqualTo("https://example.com/pr/1");
        }
    }

    @Test
    void aSupervisorThatNeverEndsItsTurnIsStoppedAfterItsLastWordsTime() {
        String id = contract();
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            daemon.send(new RegisterToolKey(spawn.taskId(), LEAD, "1-1", null));
            daemon.expect(EventAck.class);
            daemon.send(TaskStatusChange.of(spawn.taskId(), TaskState.INITIALIZING, TaskState.STARTING));
            daemon.send(TaskStatusChange.of(spawn.taskId(), TaskState.STARTING, TaskState.RUNNING));
            server.taskWith(spawn.taskId().toString(), "running");
            int status = server.send(HttpRequest.newBuilder(server.uri("/api/v1/contracts/" + id + "/complete"))
                            .header("X-Api-Key", LEAD)
                            .POST(HttpRequest.BodyPublishers.ofString("{}")))
                    .statusCode();
            assertThat(status).isEqualTo(200);
            clock.forward(Duration.ofMinutes(3));
            assertThat(daemon.expect(InterruptTask.class).taskId()).isEqualTo(spawn.taskId());
            daemon.send(TaskStatusChange.of(spawn.taskId(), TaskState.RUNNING, TaskState.INTERRUPTED));
            assertThat(daemon.expect(CleanupWorktree.class).keepUnmerged()).isTrue();
        }
    }
}
