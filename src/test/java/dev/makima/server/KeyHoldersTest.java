package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose keys are: those of users, who belong to owners. */
class KeyHoldersTest extends ServerBench {
    private JsonObject made(String name, String field, String value) {
        return server.post("/keys", new JsonObject().put("name", name).put(field, value), 201);
    }

    private List<String> users() {
        return server.get("/keys").getJsonArray("keys").stream()
                .map(key -> ((JsonObject) key).getString("user"))
                .toList();
    }

    @Test
    void aKeyIsItsMakersUnlessItNamesAUser() {
        made("laptop", "user", "anna");
        made("desktop", "user", "anna");
        server.key = made("phone", "user", "anna").getString("key");
        server.post("/keys", new JsonObject().put("name", "watch"), 201);
        assertThat(users()).containsExactly("admin", "anna", "anna", "anna", "anna");
    }

    @Test
    void theAdminKeyMakesKeysForOtherOwnersByName() {
        String admin = server.key;
        String task = server.task("ours");
        server.key = server.keyOf("others");
        assertThat(server.get("/mesh/tasks").getJsonArray("tasks")).isEmpty();
        String theirs = server.task("theirs");

        server.key = admin;
        server.key = server.keyOf("others");
        assertThat(server.get("/mesh/tasks/" + theirs).getString("id")).isEqualTo(theirs);
        assertThat(server.send(server.request("/mesh/tasks/" + task)).statusCode())
                .isEqualTo(404);
        assertThat(users()).containsExactly("admin", "admin");
    }

    private CompletableFuture<Long> lines(String path) throws Exception {
        HttpResponse<Stream<String>> stream =
                server.http.send(server.request(path).build(), HttpResponse.BodyHandlers.ofLines());
        assertThat(stream.statusCode()).isEqualTo(200);
        return CompletableFuture.supplyAsync(stream.body()::count, Thread::startVirtualThread);
    }

    @Test
    void aRevokedKeyEndsWhatWasOpenedWithIt() throws Exception {
        String task = server.task("waits");
        JsonObject worker = made("worker", "user", "anna");
        String admin = server.key;
        server.key = worker.getString("key");
        CompletableFuture<Long> all = lines("/events");
        CompletableFuture<Long> one = lines("/mesh/tasks/" + task + "/events");
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 0)) {
            server.key = admin;
            try (ScriptedDaemon other = ScriptedDaemon.streaming(server, "m2", 0)) {
                assertThat(server.send(server.request("/keys/" + worker.getString("id"))
                                        .DELETE())
                                .statusCode())
                        .isEqualTo(204);
                assertThat(daemon.awaitClose()).isEqualTo((short) 1008);
                assertThat(all.get(60, TimeUnit.SECONDS)).isPositive();
                assertThat(one.get(60, TimeUnit.SECONDS)).isPositive();
                assertThat(other.closed).isNotDone();
            }
        }
    }

    @Test
    void noOtherKeyNamesAnOwner() {
        server.key = made("laptop", "user", "anna").getString("key");
        JsonObject asked = new JsonObject().put("name", "first").put("owner", "admin");
        assertThat(server.post("/keys", asked, 401).getString("code")).isEqualTo("UNAUTHORIZED");
        server.post("/keys", asked.put("owner", " "), 400);
    }
}
