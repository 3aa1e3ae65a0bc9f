package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.protocol.ReauthState;
import dev.makima.protocol.ReauthStatus;
import dev.makima.protocol.RestartDaemon;
import dev.makima.protocol.SubmitAuthCode;
import dev.makima.protocol.TriggerReauth;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What can be asked of a daemon as such: to begin anew, to log its agent in, where it keeps things. */
class DaemonDoorsTest extends SqliteServerBench {
    private CompletableFuture<JsonObject> asked(String path, JsonObject body) {
        return CompletableFuture.supplyAsync(() -> server.post(path, body, 200), Thread::startVirtualThread);
    }

    private static JsonObject answer(CompletableFuture<JsonObject> asked) throws Exception {
        return asked.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aPersonLogsTheAgentOfADaemonIn() throws Exception {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String path = "/mesh/daemons/" + daemon.id();
            assertThat(server.send(server.request(path + "/reauth")).statusCode())
                    .isEqualTo(404);
            HttpResponse<String> early = server.post(path + "/auth-code", "{\"code\":\"c\"}");
            assertThat(early.statusCode()).isEqualTo(409);
            assertThat(early.body()).as("a command shows it too").contains("Begin one first");
            CompletableFuture<JsonObject> begun = asked(path + "/reauth", new JsonObject());
            TriggerReauth asked = daemon.expect(TriggerReauth.class);
            daemon.send(new ReauthStatus(asked.requestId(), ReauthState.PENDING, null, null, false));
            daemon.send(
                    new ReauthStatus(asked.requestId(), ReauthState.URL_READY, "https://login.example", null, false));
            assertThat(answer(begun).getString("loginUrl")).isEqualTo("https://login.example");
            CompletableFuture<JsonObject> coded = asked(path + "/auth-code", new JsonObject().put("code", "123"));
            SubmitAuthCode code = daemon.expect(SubmitAuthCode.class);
            assertThat(code.code()).isEqualTo("123");
            assertThat(code.requestId()).isEqualTo(asked.requestId());
            daemon.send(new ReauthStatus(asked.requestId(), ReauthState.COMPLETED, null, null, true));
            assertThat(answer(coded).getString("status")).isEqualTo("completed");
            assertThat(server.get(path + "/reauth").getBoolean("tokenSaved")).isTrue();
        }
    }

    @Test
    void aLoginThatFailsIsToldOf() throws Exception {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            CompletableFuture<JsonObject> begun = asked("/mesh/daemons/" + daemon.id() + "/reauth", new JsonObject());
            daemon.send(ReauthStatus.failure(daemon.expect(TriggerReauth.class).requestId(), "no agent here"));
            assertThat(answer(begun).getString("error")).isEqualTo("no agent here");
        }
    }

    @Test
    void aDaemonIsToldToBeginAnewUnlessItIsAway() {
        ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1);
        String path = "/mesh/daemons/" + daemon.id();
        TestServer.until("directories", () -> server.get(path + "/directories").containsKey("homeDirectory"));
        assertThat(server.get(path + "/directories").getString("worktreesDirectory"))
                .isEqualTo("/trees");
        server.post(path + "/restart", new JsonObject(), 202);
        daemon.expect(RestartDaemon.class);
        daemon.close();
        TestServer.until(
                "it is away", () -> server.get(path).getString("status").equals("disconnected"));
        for (String door : List.of("/restart", "/reauth")) {
            assertThat(server.post(path + door, "").statusCode()).as(door).isEqualTo(503);
        }
    }

    @Test
    void daemonsAndKeysAreListedInPages() {
        List<ScriptedDaemon> daemons = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            daemons.add(ScriptedDaemon.streaming(server, "m" + i, 1));
            server.post("/keys", new JsonObject().put("name", "k" + i), 201);
        }
        assertThat(all("/mesh/daemons", "daemons"))
                .containsExactlyElementsOf(
                        daemons.stream().map(daemon -> daemon.id().toString()).toList());
        assertThat(all("/keys", "keys")).hasSize(4).doesNotHaveDuplicates();
        for (String path : List.of("/mesh/daemons", "/keys", "/mesh/tasks", "/contracts")) {
            assertThat(server.send(server.request(path + "?cursor=%21")).statusCode())
                    .as(path)
                    .isEqualTo(400);
        }
        daemons.forEach(ScriptedDaemon::close);
    }

    private List<String> all(String path, String name) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            JsonObject page = server.get(path + "?limit=1" + cursor);
            assertThat(page.getJsonArray(name)).hasSize(1);
            ids.add(page.getJsonArray(name).getJsonObject(0).getString("id"));
            cursor = page.containsKey("nextCursor") ? "&cursor=" + page.getString("nextCursor") : "";
        } while (!cursor.isEmpty());
        return ids;
    }
}
