package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig.ServerLink;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.Handshake;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TcpRelay;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a daemon gets to its server, and what it does when it does not. */
class LinkHandshakeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration A_WHILE = Duration.ofMillis(700);

    @TempDir
    private Path temp;

    private Vertx vertx;
    private BaseServer server;

    @BeforeEach
    void startServer() {
        vertx = Vertx.vertx();
        server = BaseServer.start(vertx, DaemonHarness.KEY);
    }

    @AfterEach
    void stopServer() {
        server.close();
        vertx.close().await();
    }

    private DaemonHarness daemon(URI uri, UnaryOperator<ServerLink> change) {
        Path agent = new HostileAgent(temp).silent();
        return DaemonHarness.start(
                temp.resolve("home"),
                DaemonHarness.withLink(
                        DaemonHarness.config(temp.resolve("home"), uri, agent, new JsonObject()), change),
                DaemonHarness.environment(temp.resolve("home")));
    }

    private DaemonHarness daemon() {
        return daemon(server.uri(), DaemonHarness::quick);
    }

    /** A reconnect at the first delay of 10 ms, so that what would be a storm is one. */
    private static ServerLink stormy(ServerLink link) {
        return withAttempts(link, 0, Duration.ofMillis(10));
    }

    /** One that gives up a server of which nothing is heard for a second. */
    private static ServerLink impatient(ServerLink link) {
        ServerLink quick = DaemonHarness.quick(link);
        return with(
                quick,
                quick.maxReconnectAttempts(),
                quick.reconnectInterval(),
                Duration.ofSeconds(1),
                quick.maxFrameBytes());
    }

    private static ServerLink withAttempts(ServerLink link, int attempts, Duration reconnect) {
        ServerLink quick = DaemonHarness.quick(link);
        return with(quick, attempts, reconnect, quick.pingDeadline(), quick.maxFrameBytes());
    }

    private static ServerLink with(
            ServerLink link, int attempts, Duration reconnect, Duration pingDeadline, long maxFrameBytes) {
        return new ServerLink(
                link.url(),
                link.apiKey(),
                link.heartbeatInterval(),
                reconnect,
                attempts,
                link.pingInterval(),
                pingDeadline,
                maxFrameBytes);
    }

    private static MakimaException end(DaemonHarness daemon) {
        try {
            daemon.daemon()
                    .ended()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
            throw new AssertionError("it never succeeds");
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(MakimaException.class);
            return (MakimaException) java.util.Objects.requireNonNull(e.getCause());
        }
    }

    /** Lets a time pass in which nothing is to happen, and returns how many upgrades there were by then. */
    private int upgradesAfterAWhile() {
        long until = System.nanoTime() + A_WHILE.toNanos();
        dev.makima.testkit.Await.until(PATIENCE, "a while", () -> System.nanoTime() > until);
        return server.awaitUpgrades(0, PATIENCE).size();
    }

    @Test
    void aRefusedKeyEndsTheDaemonWithWhatToDoAndIsTriedOnce() {
        server.handshake(new Handshake.Refuse(401, "INVALID_API_KEY", "Invalid API key"));
        try (DaemonHarness daemon = daemon(server.uri(), LinkHandshakeTest::stormy)) {
            MakimaException end = end(daemon);
            assertThat(end.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
            assertThat(end.explain())
                    .contains(server.uri().toString(), "INVALID_API_KEY", "makima keys create", "MAKIMA_API_KEY");
            assertThat(end.explain()).doesNotContain(DaemonHarness.KEY);
            assertThat(upgradesAfterAWhile()).isEqualTo(1);
        }
    }

    @Test
    void howAKeyIsMadeIsSaidOnceWhereTheServerSaysItToo() {
        server.handshake(new Handshake.Refuse(
                401, "INVALID_API_KEY", "the API key is not valid. Make one with: makima keys create NAME"));
        try (DaemonHarness daemon = daemon()) {
            assertThat(end(daemon).explain())
                    .containsOnlyOnce("makima keys create")
                    .contains("MAKIMA_API_KEY");
        }
    }

    @Test
    void aForbiddenKeyAndOneRefusedByAnErrorFrameEndItToo() {
        server.handshake(new Handshake.Refuse(403, "AUTH_FAILED", "no"));
        try (DaemonHarness daemon = daemon()) {
            assertThat(end(daemon).what()).contains("403", "AUTH_FAILED");
        }
        server.handshake(new Handshake.ErrorFrame("INVALID_API_KEY", "Invalid API key"));
        try (DaemonHarness daemon = daemon()) {
            assertThat(end(daemon).what()).contains("INVALID_API_KEY");
        }
    }

    @Test
    void aServerWithoutItsDatabaseIsTriedAgain() {
        server.handshake(new Handshake.Refuse(401, "AUTH_FAILED", "Database error: no connection"));
        try (DaemonHarness daemon = daemon()) {
            server.awaitUpgrades(2, PATIENCE);
            server.handshake(new Handshake.Refuse(503, "DB_UNAVAILABLE", "Database not available"));
            server.awaitUpgrades(4, PATIENCE);
            server.handshake(new Handshake.Accept());
            server.awaitHandshakes(1, PATIENCE);
            assertThat(daemon.daemon().ended().isComplete()).isFalse();
        }
    }

    @Test
    void aPassingErrorFrameIsTriedAgain() {
        server.handshake(new Handshake.ErrorFrame("TOO_BUSY", "later"));
        try (DaemonHarness _ = daemon()) {
            server.awaitUpgrades(3, PATIENCE);
            server.handshake(new Handshake.Accept());
            server.awaitHandshakes(1, PATIENCE);
        }
    }

    @Test
    void aServerThatAnswersNothingIsTriedAgain() {
        server.handshake(new Handshake.NoAnswer());
        try (DaemonHarness _ = daemon()) {
            server.awaitUpgrades(1, PATIENCE);
            server.handshake(new Handshake.Stall());
            List<BaseServer.Upgrade> upgrades = server.awaitUpgrades(3, PATIENCE);
            // Two seconds each, less the spread of the reconnects, where one that does not wait comes after 100 ms. The
            // second is counted from before this server has heard of the connection, however late that is.
            assertThat(upgrades.get(1).nanos() - upgrades.get(0).nanos()).isGreaterThan(1_500_000_000L);
            assertThat(upgrades.get(2).nanos() - upgrades.get(1).nanos()).isGreaterThan(500_000_000L);
            server.handshake(new Handshake.Accept());
            server.awaitHandshakes(1, PATIENCE);
        }
    }

    @Test
    void aServerThatCutsTheConnectionDuringTheHandshakeIsTriedAgain() {
        server.handshake(new Handshake.Cut());
        try (DaemonHarness _ = daemon()) {
            server.awaitUpgrades(3, PATIENCE);
            server.handshake(new Handshake.Accept());
            server.awaitHandshakes(1, PATIENCE);
        }
    }

    @Test
    void whatComesBeforeAuthenticatedIsSkipped() {
        server.handshake(new Handshake.Prelude("{\"type\":\"welcome\",\"motd\":\"hi\"}"));
        try (DaemonHarness _ = daemon()) {
            server.await("daemonDirectories", PATIENCE);
            server.await("heartbeat", PATIENCE);
            assertThat(server.awaitUpgrades(1, PATIENCE)).hasSize(1);
            assertThat(server.mistakes()).isEmpty();
        }
    }

    @Test
    void aTrailingSlashInTheUrlIsFine() {
        try (DaemonHarness _ = daemon(URI.create(server.uri() + "/"), DaemonHarness::quick)) {
            server.awaitHandshakes(1, PATIENCE);
            assertThat(server.mistakes()).isEmpty();
        }
    }

    @Test
    void authenticateCarriesWhatTheServerAsksForAndOneInstanceId() {
        try (DaemonHarness _ = daemon()) {
            server.awaitHandshakes(1, PATIENCE);
            server.drop();
            server.awaitHandshakes(2, PATIENCE);
        }
        try (DaemonHarness _ = daemon()) {
            server.awaitHandshakes(3, PATIENCE);
            server.await("daemonDirectories", PATIENCE);
        }
        List<JsonObject> introductions = server.frames("authenticate");
        assertThat(introductions).hasSize(3);
        assertThat(introductions.stream().map(JsonObject::encode))
                .containsOnly(introductions.getFirst().encode());
        JsonObject first = introductions.getFirst();
        assertThat(first.getString("apiKey")).isEqualTo(DaemonHarness.KEY);
        assertThat(first.getInteger("maxConcurrentTasks")).isEqualTo(10);
        assertThat(first.getString("instanceId")).hasSize(36);
        assertThat(server.awaitUpgrades(1, PATIENCE).getFirst().headers().get("X-Makima-Api-Key"))
                .isEqualTo(DaemonHarness.KEY);
        JsonObject directories = server.await("daemonDirectories", PATIENCE);
        assertThat(directories.getString("worktreesDirectory"))
                .isEqualTo(temp.resolve("home").resolve("worktrees").toString());
    }

    @Test
    void aKeyThatIsRefusedAfterItWorkedIsTriedAgainSlowly() {
        try (DaemonHarness daemon = daemon(server.uri(), LinkHandshakeTest::stormy)) {
            server.awaitHandshakes(1, PATIENCE);
            server.handshake(new Handshake.Refuse(401, "INVALID_API_KEY", "Invalid API key"));
            server.drop();
            List<BaseServer.Upgrade> upgrades = server.awaitUpgrades(4, PATIENCE);
            // From the first refusal on at least half of refusedAgainAfter, where a storm would have 10 ms.
            assertThat(upgrades.get(2).nanos() - upgrades.get(1).nanos()).isGreaterThan(200_000_000L);
            assertThat(upgrades.get(3).nanos() - upgrades.get(2).nanos()).isGreaterThan(200_000_000L);
            assertThat(daemon.daemon().ended().isComplete()).isFalse();
            server.handshake(new Handshake.Accept());
            server.awaitHandshakes(2, PATIENCE);
        }
    }

    @Test
    void theAttemptsAreCountedAndTheLastFailureIsNamed() {
        server.handshake(new Handshake.Refuse(502, "BAD_GATEWAY", "no"));
        try (DaemonHarness daemon = daemon(server.uri(), link -> withAttempts(link, 3, Duration.ofMillis(10)))) {
            MakimaException end = end(daemon);
            assertThat(end.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(end.explain()).contains("3 attempts", "server.maxReconnectAttempts", "HTTP 502");
            assertThat(upgradesAfterAWhile()).isEqualTo(3);
        }
    }

    @Test
    void aGoodHandshakeBeginsTheCountAnew() {
        try (DaemonHarness daemon = daemon(server.uri(), link -> withAttempts(link, 3, Duration.ofMillis(10)))) {
            for (int round = 1; round <= 4; round++) {
                server.awaitHandshakes(round, PATIENCE);
                // The server's to end: by the time that a test hears of the first, the daemon has tried again.
                server.handshakeOnce(new Handshake.Refuse(502, "BAD_GATEWAY", "no"));
                server.drop();
            }
            server.awaitHandshakes(5, PATIENCE);
            server.awaitUpgrades(9, PATIENCE);
            assertThat(daemon.daemon().ended().isComplete()).isFalse();
        }
    }

    @Test
    void aPortWhereNobodyListensIsTriedUntilSomebodyDoes() {
        int port = server.port();
        server.close();
        try (DaemonHarness daemon = daemon(URI.create("ws://127.0.0.1:" + port), DaemonHarness::quick)) {
            server = BaseServer.start(vertx, DaemonHarness.KEY, BaseServer.Keep.EVERYTHING, port);
            server.awaitHandshakes(1, PATIENCE);
            assertThat(daemon.daemon().ended().isComplete()).isFalse();
        }
    }

    @Test
    void aServerThatPlaysDeadIsNoticedAndLeft() {
        try (DaemonHarness _ = daemon(server.uri(), LinkHandshakeTest::impatient)) {
            server.awaitHandshakes(1, PATIENCE);
            server.goSilent();
            server.awaitHandshakes(2, PATIENCE);
            assertThat(server.mistakes()).isEmpty();
        }
    }

    @Test
    void aNetworkThatFallsSilentIsNoticedAndLeft() {
        try (TcpRelay relay = TcpRelay.start(vertx, server.port());
                DaemonHarness _ = daemon(URI.create("ws://127.0.0.1:" + relay.port()), LinkHandshakeTest::impatient)) {
            server.awaitHandshakes(1, PATIENCE);
            relay.freeze();
            // The old wire stays frozen: only another one helps.
            relay.awaitConnections(2, PATIENCE);
            relay.thaw();
            server.awaitHandshakes(2, PATIENCE);
        }
    }

    @Test
    void anOrderlyCloseIsFollowedByAnotherConnection() {
        try (DaemonHarness _ = daemon()) {
            server.awaitHandshakes(1, PATIENCE);
            server.closeConnection(1012, "restart");
            server.awaitHandshakes(2, PATIENCE);
        }
    }

    @Test
    void heartbeatsKeepTheirInterval() {
        // Before the first of them is sent, however late this thread hears of it.
        long start = System.nanoTime();
        try (DaemonHarness _ = daemon()) {
            server.awaitHandshakes(1, PATIENCE);
            dev.makima.testkit.Await.until(
                    PATIENCE,
                    "eleven heartbeats",
                    () -> server.frames("heartbeat").size() >= 11);
            // Ten intervals of 200 ms; a busy machine delays the last, none comes early.
            assertThat(System.nanoTime() - start).isGreaterThan(1_900_000_000L);
        }
    }

    @Test
    void aFrameOverTheLimitClosesWith1009() {
        UnaryOperator<ServerLink> small = link -> {
            ServerLink quick = DaemonHarness.quick(link);
            return with(quick, 0, quick.reconnectInterval(), quick.pingDeadline(), 1024 * 1024);
        };
        try (DaemonHarness _ = daemon(server.uri(), small)) {
            server.awaitHandshakes(1, PATIENCE);
            String fits = "{\"type\":\"noSuchType\",\"x\":\"" + "y".repeat(1_000_000) + "\"}";
            server.sendText(fits);
            server.pingAndAwaitPong(PATIENCE);
            assertThat(server.awaitClosed(0, PATIENCE)).isEmpty();
            server.sendText(fits + " ".repeat(100_000));
            assertThat(server.awaitClosed(1, PATIENCE).getFirst().code()).isEqualTo(1009);
            server.awaitHandshakes(2, PATIENCE);
        }
    }

    @Test
    void whatCannotBeReadHarmsNothing() {
        try (DaemonHarness _ = daemon()) {
            server.awaitHandshakes(1, PATIENCE);
            for (String text : List.of(
                    "",
                    "no JSON",
                    "[]",
                    "null",
                    "{}",
                    "{\"type\":7}",
                    "{\"type\":\"spawnTask\"}",
                    "{\"type\":\"authenticated\",\"daemonId\":\"x\"}",
                    "{\"type\":\"error\",\"code\":\"X\",\"message\":\"y\"}",
                    "{\"type\":\"interruptTask\",\"taskId\":\"not a uuid\",\"graceful\":true}",
                    "{\"type\":\"resume\",\"runs\":[]}",
                    "{\"type\":\"outputAck\",\"acks\":[]}",
                    "{\"type\":\"" + "x".repeat(10_000) + "\"}",
                    "{\"type\":\"a\u0000b\"")) {
                server.sendText(text);
            }
            server.sendBinary(new byte[] {0, 1, 2});
            server.pingAndAwaitPong(PATIENCE);
            String task = "11111111-2222-4333-8444-555555555555";
            server.send(new JsonObject().put("type", "spawnTask").put("taskId", task));
            JsonObject refused = server.await("taskComplete", task, PATIENCE);
            assertThat(refused.getBoolean("success")).isFalse();
            assertThat(refused.getString("error")).contains("spawnTask", "taskName");
            assertThat(server.awaitUpgrades(1, PATIENCE)).hasSize(1);
            assertThat(server.mistakes()).isEmpty();
        }
    }
}
