package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ApiTest extends ServerBench {
    @Test
    void aKeyIsWantedInOneOfThreeHeaders() {
        for (String[] header : new String[][] {
            {"X-Makima-Api-Key", server.key}, {"X-Api-Key", server.key}, {"Authorization", "Bearer " + server.key}
        }) {
            HttpResponse<String> response = server.send(
                    HttpRequest.newBuilder(server.uri("/api/v1/mesh/tasks")).header(header[0], header[1]));
            assertThat(response.statusCode()).as(header[0]).isEqualTo(200);
        }
        assertError(server.send(HttpRequest.newBuilder(server.uri("/api/v1/mesh/tasks"))), 401, "UNAUTHORIZED");
        assertError(
                server.send(HttpRequest.newBuilder(server.uri("/api/v1/mesh/tasks"))
                        .header("X-Api-Key", "mk_" + "A".repeat(43))),
                401,
                "UNAUTHORIZED");
    }

    @Test
    void aGuesserIsSlowedDownAndAGoodKeyIsNot() {
        HttpRequest.Builder guess =
                HttpRequest.newBuilder(server.uri("/api/v1/mesh/tasks")).header("X-Api-Key", "mk_" + "A".repeat(43));
        for (int i = 0; i < 20; i++) {
            assertError(server.send(guess), 401, "UNAUTHORIZED");
        }
        assertError(server.send(guess), 429, "RATE_LIMITED");
        assertThat(server.get("/mesh/tasks").getJsonArray("tasks")).isEmpty();
    }

    @Test
    void aTaskIsFoundByHowItsIdBegins() {
        String id = server.task("one");
        server.task("another");
        for (String beginning : new String[] {id.substring(0, 8), id.substring(0, 24), id}) {
            assertThat(server.get("/mesh/tasks?id=" + beginning).getJsonArray("tasks"))
                    .as(beginning)
                    .extracting(task -> ((JsonObject) task).getString("id"))
                    .containsExactly(id);
        }
        String none = UUID.randomUUID().toString();
        assertThat(server.get("/mesh/tasks?id=" + none).getJsonArray("tasks")).isEmpty();
    }

    @Test
    void keysAreShownOnceAndCanBeRevoked() {
        JsonObject made = server.post("/keys", new JsonObject().put("name", "laptop"), 201);
        String secret = made.getString("key");
        assertThat(secret).matches("mk_[A-Za-z0-9_-]{43}").startsWith(made.getString("prefix"));
        JsonArray keys = server.get("/keys").getJsonArray("keys");
        assertThat(keys).hasSize(2);
        assertThat(keys.encode()).doesNotContain(secret);
        // Nothing is more exact when it is made than it is later.
        made.remove("key");
        assertThat(keys.stream()).contains(made);
        HttpResponse<String> revoked =
                server.send(server.request("/keys/" + made.getString("id")).DELETE());
        assertThat(revoked.statusCode()).isEqualTo(204);
        HttpResponse<String> after =
                server.send(HttpRequest.newBuilder(server.uri("/api/v1/keys")).header("X-Api-Key", secret));
        assertError(after, 401, "UNAUTHORIZED");
        assertError(server.send(server.request("/keys/" + UUID.randomUUID()).DELETE()), 404, "NOT_FOUND");
    }

    @Test
    void everyMistakeIsAnsweredInTheSameForm() {
        assertError(server.send(server.request("/nowhere")), 404, "NOT_FOUND");
        assertError(server.send(HttpRequest.newBuilder(server.uri("/nowhere"))), 404, "NOT_FOUND");
        assertError(server.send(server.request("/mesh/tasks/" + UUID.randomUUID())), 404, "NOT_FOUND");
        assertError(server.send(server.request("/mesh/tasks/no-id")), 404, "NOT_FOUND");
        assertError(
                server.send(server.request("/keys").PUT(HttpRequest.BodyPublishers.noBody())),
                405,
                "METHOD_NOT_ALLOWED");
        HttpResponse<String> bad = server.post("/mesh/tasks", "{\"plan\": \"x\",\n  oops}");
        assertError(bad, 400, "VALIDATION");
        assertThat(bad.body()).contains("line 2, column 3");
        assertThat(server.post("/mesh/tasks", "{\"plan\": \"x\"").body())
                .contains("start marker at line: 1, column: 1)")
                .doesNotContain("Source", "Feature");
        assertError(server.post("/mesh/tasks", "[1]"), 400, "VALIDATION");
        assertError(server.post("/mesh/tasks", "{}"), 400, "VALIDATION");
        assertError(server.post("/mesh/tasks", "{\"plan\": 7}"), 400, "VALIDATION");
        assertError(server.post("/mesh/tasks", "{\"plan\":\"x\",\"baseBranch\":\"-f\"}"), 400, "VALIDATION");
        assertError(server.post("/mesh/tasks", "{\"plan\":\"x\",\"repositoryUrl\":\"ext::sh\"}"), 400, "VALIDATION");
        assertError(server.post("/mesh/tasks", "{\"plan\":\"x\",\"completionAction\":\"push\"}"), 400, "VALIDATION");
        assertError(server.send(server.request("/mesh/tasks?limit=0")), 400, "VALIDATION");
        assertError(server.send(server.request("/mesh/tasks?cursor=%21")), 400, "VALIDATION");
        assertError(server.send(server.request("/mesh/tasks?id=0123-")), 400, "VALIDATION");
        HttpResponse<String> text = server.send(server.request("/mesh/tasks")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("plan")));
        assertError(text, 415, "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void aLongPlanIsTakenAndATooLongBodyIsNot() {
        String plan = "p".repeat(2 << 20);
        JsonObject made = server.post("/mesh/tasks", new JsonObject().put("plan", plan), 201);
        assertThat(made.getString("plan")).hasSize(2 << 20);
        assertThat(made.getString("name")).hasSizeLessThanOrEqualTo(60);
        assertError(server.post("/mesh/tasks", "{\"plan\":\"" + "p".repeat(9 << 20) + "\"}"), 413, "TOO_LARGE");
        assertError(server.post("/keys", "{\"name\":\"" + "p".repeat(2 << 20) + "\"}"), 413, "TOO_LARGE");
    }

    @Test
    void tasksAreListedInPages() {
        for (int i = 0; i < 5; i++) {
            server.post("/mesh/tasks", new JsonObject().put("name", "task " + i).put("plan", "100% _" + i), 201);
        }
        Set<String> seen = new HashSet<>();
        String query = "/mesh/tasks?limit=2";
        JsonObject page;
        do {
            page = server.get(query);
            assertThat(page.getJsonArray("tasks").size()).isLessThanOrEqualTo(2);
            page.getJsonArray("tasks").forEach(task -> seen.add(((JsonObject) task).getString("name")));
            assertThat(page.encode()).doesNotContain("100%");
            query = "/mesh/tasks?limit=2&cursor=" + page.getString("nextCursor");
        } while (page.containsKey("nextCursor"));
        assertThat(seen).hasSize(5);
        assertThat(server.get("/mesh/tasks?text=0%25%20_3").getJsonArray("tasks"))
                .hasSize(1);
        assertThat(server.get("/mesh/tasks?status=running").getJsonArray("tasks"))
                .isEmpty();
    }

    @Test
    void aTaskIsStartedStoppedAndDeleted() {
        String id = server.post("/mesh/tasks", new JsonObject().put("plan", "x"), 201)
                .getString("id");
        String path = "/mesh/tasks/" + id;
        assertThat(server.get(path).getBoolean("queued")).isFalse();
        assertError(server.post(path + "/message", "{\"message\":\"x\"}"), 409, "CONFLICT");
        assertThat(server.post(path + "/start", new JsonObject(), 200).getBoolean("queued"))
                .isTrue();
        assertError(server.post(path + "/start", ""), 409, "CONFLICT");
        assertError(server.send(server.request(path).DELETE()), 409, "CONFLICT");
        JsonObject stopped = server.post(path + "/stop", new JsonObject(), 200);
        assertThat(stopped.getString("status")).isEqualTo("interrupted");
        assertThat(stopped.getBoolean("queued")).isFalse();
        assertThat(server.post(path + "/start", new JsonObject(), 200).getString("status"))
                .isEqualTo("pending");
        server.post(path + "/stop", new JsonObject(), 200);
        assertThat(server.send(server.request(path).DELETE()).statusCode()).isEqualTo(204);
        assertError(server.send(server.request(path)), 404, "NOT_FOUND");
    }

    @Test
    void healthNeedsNoKey() {
        assertThat(server.send(HttpRequest.newBuilder(server.uri("/health/live")))
                        .body())
                .isEqualTo("{\"status\":\"up\"}");
        HttpResponse<String> ready = server.send(HttpRequest.newBuilder(server.uri("/health/ready")));
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(ready.body()).getJsonObject("components").getString("database"))
                .isEqualTo("up");
    }

    @Test
    void theDocumentDescribesEveryRouteAndNoOther() {
        JsonObject document = new JsonObject(server.send(HttpRequest.newBuilder(server.uri("/api/v1/openapi.json")))
                .body());
        Set<String> described = new HashSet<>();
        document.getJsonObject("paths")
                .forEach(path -> ((JsonObject) path.getValue()).fieldNames().forEach(method -> {
                    if (!method.equals("parameters")) {
                        described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        Set<String> routes = server.server.routes();
        assertThat(routes).hasSizeGreaterThan(15).isEqualTo(described);
    }

    private static void assertError(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject error = new JsonObject(response.body());
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("message")).isNotBlank();
    }
}
