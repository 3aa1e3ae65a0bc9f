package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What belongs to one owner is not there for another one, by whatever way it is asked for. */
class OwnersTest extends SqliteServerBench {
    private static final String QUERY = "?path=a&targetDir=%2Fa&scope=task&branch=b";
    private static final JsonObject BODY = new JsonObject()
            .put("message", "m")
            .put("targetDir", "/a")
            .put("title", "t")
            .put("branch", "b")
            .put("name", "b")
            .put("source", "b")
            .put("sourceBranch", "b")
            .put("target", "b")
            .put("targetBranch", "b")
            .put("file", "f")
            .put("strategy", "ours")
            .put("resolution", "ours")
            .put("reason", "r")
            .put("patch", "p")
            .put("action", "branch")
            .put("plan", "p")
            .put("phase", "execute")
            .put("question", "q")
            .put("answer", "a")
            .put("localPath", "/a")
            .put("taskId", UUID.randomUUID().toString())
            .put("subtaskId", UUID.randomUUID().toString())
            .put("sourceTaskId", UUID.randomUUID().toString());

    private String stranger;

    @BeforeEach
    void makeAStranger() {
        stranger = server.keyOf("other");
    }

    /** The code of a login is a text; elsewhere a field of that name is none. */
    private static JsonObject body(String path) {
        return path.contains("/auth-code") ? BODY.copy().put("code", "c") : BODY;
    }

    private HttpResponse<String> asStranger(String method, String path) {
        HttpRequest.BodyPublisher body = method.equals("POST") || method.equals("PUT")
                ? HttpRequest.BodyPublishers.ofString(body(path).encode())
                : HttpRequest.BodyPublishers.noBody();
        return server.send(HttpRequest.newBuilder(server.uri(path))
                .header("X-Makima-Api-Key", stranger)
                .header("Content-Type", "application/json")
                .method(method, body));
    }

    @Test
    void nothingOfAnotherOwnerIsFound() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            server.task("one");
            TaskId task = daemon.take();
            String key =
                    server.get("/keys").getJsonArray("keys").getJsonObject(0).getString("id");
            String contract = server.post(
                            "/contracts", new JsonObject().put("name", "c").put("start", false), 201)
                    .getString("id");
            List<String> answers = new ArrayList<>();
            int asked = 0;
            for (String route : server.server.routes()) {
                String[] parts = route.split(" ");
                if (!parts[1].contains("{")) {
                    continue;
                }
                asked++;
                String first = parts[1].contains("/contracts/")
                        ? contract
                        : parts[1].contains("/tasks/")
                                ? task.toString()
                                : parts[1].contains("/keys/")
                                        ? key
                                        : daemon.id().toString();
                String path = parts[1].replaceFirst("\\{[^}]*\\}", first).replaceFirst("\\{[^}]*\\}", "1") + QUERY;
                HttpResponse<String> answer = asStranger(parts[0], path);
                if (answer.statusCode() != 404) {
                    answers.add(route + " " + answer.statusCode() + " " + answer.body());
                }
            }
            assertThat(answers).isEmpty();
            assertThat(asked).isGreaterThan(25);
            assertThat(daemon.received).isEmpty();
            for (String list : List.of("/mesh/tasks", "/mesh/daemons", "/contracts")) {
                JsonObject answer =
                        new JsonObject(asStranger("GET", "/api/v1" + list).body());
                assertThat(answer.getJsonArray(list.substring(list.lastIndexOf('/') + 1)))
                        .as(answer.encode())
                        .isEqualTo(new JsonArray());
            }
            assertThat(asStranger("GET", "/api/v1/keys").body()).doesNotContain(key);
        }
    }

    @Test
    void noTaskBeginsWithAnotherOwnersWork() {
        String theirs = server.task("one");
        JsonObject task = new JsonObject().put("plan", "Go on").put("continueFromTaskId", theirs);
        server.post("/mesh/tasks", task, 201);
        String own = server.key;
        server.key = stranger;
        JsonObject refused = server.post("/mesh/tasks", task, 404);
        assertThat(refused.getString("message")).contains("no task " + theirs, "continueFromTaskId");
        server.key = own;
        server.post(
                "/mesh/tasks", task.put("continueFromTaskId", UUID.randomUUID().toString()), 404);
    }

    @Test
    void anotherOwnersDaemonGetsNoTask() {
        String own = server.key;
        server.key = stranger;
        try (ScriptedDaemon strange = ScriptedDaemon.streaming(server, "m2", 5)) {
            server.key = own;
            String ours = server.task("ours");
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
                assertThat(daemon.take().toString()).isEqualTo(ours);
                assertThat(strange.received).isEmpty();
            }
        }
    }
}
