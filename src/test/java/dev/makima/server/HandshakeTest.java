package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.protocol.Authenticate;
import dev.makima.protocol.Authenticated;
import dev.makima.protocol.Capability;
import dev.makima.protocol.CloseCodes;
import dev.makima.protocol.Heartbeat;
import dev.makima.protocol.Resume;
import dev.makima.protocol.ServerError;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HandshakeTest extends SqliteServerBench {
    @Test
    void anUpgradeWithoutAGoodKeyIsRefusedInTheDaemonsWords() {
        assertThat(refusal(null).getString("code")).isEqualTo("MISSING_API_KEY");
        assertThat(refusal("mk_wrong").getString("code")).isEqualTo("INVALID_API_KEY");
        assertThat(refusal("mk_" + "A".repeat(43)).getString("code")).isEqualTo("INVALID_API_KEY");
        assertThat(refusal("a".repeat(64)).getString("message")).contains("not valid");
    }

    @Test
    void anythingElseFirstIsAnsweredAndWaitedOver() {
        try (ScriptedDaemon daemon = ScriptedDaemon.silent(server)) {
            daemon.send(Heartbeat.of(List.of()));
            assertThat(daemon.expect(ServerError.class).code()).isEqualTo("NOT_REGISTERED");
            daemon.sendText("{no json");
            assertThat(daemon.expect(ServerError.class).code()).isEqualTo("PARSE_ERROR");
            daemon.sendText("{\"type\":\"authenticate\"}");
            assertThat(daemon.expect(ServerError.class).code()).isEqualTo("PARSE_ERROR");
            daemon.send(Authenticate.base(server.key, "m1", "host", 1));
            Authenticated answer = daemon.expect(Authenticated.class);
            // A base daemon gets the base answer.
            assertThat(answer.capabilities()).isNull();
        }
    }

    @Test
    void whoSaysNothingIsClosedWithoutAWord() {
        try (ScriptedDaemon daemon = ScriptedDaemon.silent(server)) {
            daemon.awaitClose();
            assertThat(daemon.received).isEmpty();
        }
    }

    @Test
    void anotherKeyInTheFirstFrameIsRefused() {
        try (ScriptedDaemon daemon = ScriptedDaemon.silent(server)) {
            daemon.send(Authenticate.base("mk_" + "B".repeat(43), "m1", "host", 1));
            assertThat(daemon.expect(ServerError.class).code()).isEqualTo("INVALID_API_KEY");
            daemon.awaitClose();
        }
    }

    @Test
    void aKeyThatWasRevokedBetweenTheUpgradeAndTheFirstFrameIsRefused() {
        String admin = server.key;
        JsonObject made = server.post("/keys", new JsonObject().put("name", "worker"), 201);
        server.key = made.getString("key");
        try (ScriptedDaemon daemon = ScriptedDaemon.silent(server)) {
            server.key = admin;
            assertThat(server.send(server.request("/keys/" + made.getString("id"))
                                    .DELETE())
                            .statusCode())
                    .isEqualTo(204);
            daemon.send(Authenticate.base(daemon.key, "m1", "host", 1));
            assertThat(daemon.expect(ServerError.class).code()).isEqualTo("INVALID_API_KEY");
            daemon.awaitClose();
        }
    }

    @Test
    void onlyWhatBothSidesKnowIsUsed() {
        try (ScriptedDaemon daemon = ScriptedDaemon.silent(server)) {
            daemon.send(new Authenticate(
                    server.key, "m1", "host", 1, 2, List.of("future", Capability.AGENTS), null, List.of()));
            Authenticated answer = daemon.expect(Authenticated.class);
            assertThat(answer.capabilities()).contains(Capability.OUTPUT_STREAM);
            assertThat(answer.heartbeatIntervalSecs()).isEqualTo(30);
            JsonObject shown = server.get("/mesh/daemons/" + answer.daemonId());
            assertThat(shown.getJsonArray("capabilities").encode()).isEqualTo("[\"agents\"]");
            assertThat(shown.getString("status")).isEqualTo("connected");
        }
    }

    @Test
    void aSecondConnectionTakesThePlaceOfTheFirst() {
        try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1);
                ScriptedDaemon second = ScriptedDaemon.streaming(server, "m1", 1)) {
            assertThat(second.id()).isEqualTo(first.id());
            assertThat(first.awaitClose()).isEqualTo(CloseCodes.REPLACED);
            JsonObject daemons = server.get("/mesh/daemons");
            assertThat(daemons.getJsonArray("daemons")).hasSize(1);
            assertThat(daemons.getJsonArray("daemons").getJsonObject(0).getString("status"))
                    .isEqualTo("connected");
            String id = server.task("one");
            assertThat(second.take().toString()).isEqualTo(id);
        }
    }

    @Test
    void aBadFrameLaterHarmsNothing() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            daemon.sendText("{no json");
            daemon.sendText("{\"type\":\"fromTheFuture\"}");
            daemon.sendText("{\"type\":\"taskOutput\"}");
            daemon.socket.writeBinaryMessage(io.vertx.core.buffer.Buffer.buffer("no header"));
            String id = server.task("one");
            assertThat(daemon.take().toString()).isEqualTo(id);
        }
    }

    @Test
    void aFrameThatIsTooLargeEndsTheConnection() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            daemon.sendText("{\"type\":\"heartbeat\",\"x\":\"" + "x".repeat(17 << 20) + "\"}");
            assertThat(daemon.awaitClose()).isEqualTo(CloseCodes.TOO_BIG);
        }
    }

    @Test
    void aDaemonWithoutASignOfLifeIsLostAndOneThatAnswersPingsIsNot() {
        try (ScriptedDaemon silent = ScriptedDaemon.streaming(server, "m1", 1);
                ScriptedDaemon living = ScriptedDaemon.streaming(server, "m2", 1)) {
            // A client that does not read answers no pings.
            silent.socket.pause();
            TestServer.until(
                    "the silent daemon is lost",
                    () -> server.get("/mesh/daemons/" + silent.id())
                            .getString("status")
                            .equals("disconnected"));
            assertThat(server.get("/mesh/daemons/" + living.id()).getString("status"))
                    .isEqualTo("connected");
        }
    }

    @Test
    void unknownRunsAreLeftAlone() {
        var run = new dev.makima.protocol.RunStanding(
                dev.makima.base.TaskId.of("550e8400-e29b-41d4-a716-446655440000"),
                dev.makima.base.RunId.of("550e8400-e29b-41d4-a716-446655440001"),
                0,
                dev.makima.protocol.TaskState.RUNNING,
                dev.makima.protocol.StreamLengths.NONE);
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1, List.of(run))) {
            assertThat(daemon.expect(Resume.class).runs().getFirst().verdict())
                    .isEqualTo(dev.makima.protocol.RunVerdict.UNKNOWN);
        }
    }

    private JsonObject refusal(@Nullable String key) {
        var client = server.vertx.createWebSocketClient();
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.server.port())
                .setURI("/api/v1/mesh/daemons/connect");
        if (key != null) {
            options.addHeader("X-Makima-Api-Key", key);
        }
        JsonObject[] body = new JsonObject[1];
        assertThatThrownBy(() -> client.connect(options)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, java.util.concurrent.TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(UpgradeRejectedException.class, e -> {
                    assertThat(e.getStatus()).isEqualTo(401);
                    body[0] = new JsonObject(e.getBody());
                });
        return body[0];
    }
}
