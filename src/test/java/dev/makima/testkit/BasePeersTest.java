package dev.makima.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two base peers against each other: what they record, refuse and simulate. */
class BasePeersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String KEY = "mk_test";
    private static final String TASK = "550e8400-e29b-41d4-a716-446655440000";
    private static final BaseDaemon.Identity IDENTITY =
            new BaseDaemon.Identity("machine-1", "one", 4, Duration.ofMillis(20));

    private Vertx vertx;

    @BeforeEach
    void prepare() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() {
        Await.value(vertx.close(), PATIENCE);
    }

    @Test
    void aSpawnedTaskRunsToItsEndWithoutAMistakeOnEitherSide() {
        try (BaseServer server = BaseServer.start(vertx, KEY);
                BaseDaemon daemon = BaseDaemon.connect(
                        vertx, server.uri(), KEY, IDENTITY, BaseDaemon.Script.completes("one", "zwei ☃"))) {
            server.send(BaseServer.spawnTask(TASK, "A task", "do it"));
            assertThat(server.await("taskComplete", TASK, PATIENCE).getBoolean("success"))
                    .isTrue();
            assertThat(server.lines(TASK)).containsExactly("one", "zwei ☃");
            assertThat(server.tally(TASK)).isEqualTo(OutputTally.of(List.of("one", "zwei ☃").stream()));
            assertThat(BaseServer.activeTasks(server.await("heartbeat", PATIENCE)))
                    .isEmpty();
            server.pingAndAwaitPong(PATIENCE);
            assertThat(server.mistakes()).isEmpty();
            assertThat(daemon.mistakes()).isEmpty();
        }
    }

    @Test
    void manyLinesAreTalliedInOrderWithoutBeingKept() {
        try (BaseServer server = BaseServer.start(vertx, KEY, BaseServer.Keep.TALLIES, 0);
                BaseDaemon daemon = BaseDaemon.connect(vertx, server.uri(), KEY, IDENTITY, BaseDaemon.Script.none())) {
            List<String> lines = IntStream.range(0, 20_000)
                    .mapToObj(i -> i + " " + "x".repeat(190))
                    .toList();
            lines.forEach(line -> daemon.sendLater(BaseDaemon.output(TASK, line)));
            daemon.send(BaseDaemon.complete(TASK, true, null));
            server.await("taskComplete", PATIENCE);
            assertThat(server.tally(TASK)).isEqualTo(OutputTally.of(lines.stream()));
            assertThat(server.frames("taskOutput")).isEmpty();
        }
    }

    @Test
    void aWrongKeyIsRefusedAndSoIsWhateverTheHandshakeSays() {
        try (BaseServer server = BaseServer.start(vertx, KEY)) {
            assertThatThrownBy(() -> BaseDaemon.open(vertx, server.uri(), "wrong", BaseDaemon.Script.none()))
                    .hasMessageContaining("401");
            server.handshake(new Handshake.Refuse(503, "DB_UNAVAILABLE", "no database"));
            assertThatThrownBy(() -> BaseDaemon.open(vertx, server.uri(), KEY, BaseDaemon.Script.none()))
                    .hasMessageContaining("503");
            server.handshake(new Handshake.ErrorFrame("AUTH_FAILED", "no"));
            assertThatThrownBy(() -> BaseDaemon.connect(vertx, server.uri(), KEY, IDENTITY, BaseDaemon.Script.none()))
                    .hasMessageContaining("AUTH_FAILED");
            assertThat(server.awaitUpgrades(3, PATIENCE)).hasSize(3);
        }
    }

    @Test
    void aDroppedConnectionEndsWithoutACloseFrameAndAnOrderlyOneWithItsCode() {
        try (BaseServer server = BaseServer.start(vertx, KEY)) {
            BaseDaemon first = BaseDaemon.connect(vertx, server.uri(), KEY, IDENTITY, BaseDaemon.Script.none());
            server.awaitHandshakes(1, PATIENCE);
            server.drop();
            assertThat(first.awaitClosed(PATIENCE)).isEqualTo(1006);
            BaseDaemon second = BaseDaemon.connect(vertx, server.uri(), KEY, IDENTITY, BaseDaemon.Script.none());
            server.awaitHandshakes(2, PATIENCE);
            server.closeConnection(4409, "replaced");
            assertThat(second.awaitClosed(PATIENCE)).isEqualTo(4409);
            assertThat(server.awaitClosed(2, PATIENCE).getFirst().code()).isEqualTo(1006);
        }
    }

    @Test
    void aServerThatStopsReadingTakesNothingUntilItReadsOn() {
        try (BaseServer server = BaseServer.start(vertx, KEY, BaseServer.Keep.TALLIES, 0);
                BaseDaemon daemon = BaseDaemon.connect(vertx, server.uri(), KEY, IDENTITY, BaseDaemon.Script.none())) {
            server.await("daemonDirectories", PATIENCE);
            server.stopReading();
            String line = "y".repeat(100_000);
            for (int i = 0; i < 200; i++) {
                daemon.sendLater(BaseDaemon.output(TASK, line));
            }
            daemon.sendLater(BaseDaemon.complete(TASK, true, null));
            assertThatThrownBy(() -> server.await("taskComplete", Duration.ofMillis(300)))
                    .isInstanceOf(AssertionError.class);
            assertThat(server.outputFrames()).isLessThan(100);
            server.resumeReading();
            server.await("taskComplete", PATIENCE);
            assertThat(server.tally(TASK).lines()).isEqualTo(200);
        }
    }

    @Test
    void aSilentServerAnswersNoPingAndALateOneAuthenticatesInTheEnd() {
        try (BaseServer server = BaseServer.start(vertx, KEY)) {
            server.handshake(new Handshake.Delay(Duration.ofMillis(50)));
            try (BaseDaemon daemon = BaseDaemon.connect(vertx, server.uri(), KEY, IDENTITY, BaseDaemon.Script.none())) {
                daemon.pingAndAwaitPong(PATIENCE);
                server.goSilent();
                assertThatThrownBy(() -> daemon.pingAndAwaitPong(Duration.ofMillis(200)))
                        .isInstanceOf(AssertionError.class);
            }
        }
    }

    @Test
    void aRelayCutsFreezesAndRefusesBetweenThePeers() {
        try (BaseServer server = BaseServer.start(vertx, KEY);
                TcpRelay relay = TcpRelay.start(vertx, server.port())) {
            URI uri = URI.create("ws://127.0.0.1:" + relay.port());
            BaseDaemon first = BaseDaemon.connect(vertx, uri, KEY, IDENTITY, BaseDaemon.Script.none());
            server.await("daemonDirectories", PATIENCE);
            relay.freeze();
            first.sendLater(BaseDaemon.output(TASK, "late"));
            assertThatThrownBy(() -> server.await("taskOutput", Duration.ofMillis(200)))
                    .isInstanceOf(AssertionError.class);
            relay.thaw();
            server.await("taskOutput", PATIENCE);
            relay.refuse(true);
            assertThat(first.awaitClosed(PATIENCE)).isEqualTo(1006);
            assertThatThrownBy(() -> BaseDaemon.open(vertx, uri, KEY, BaseDaemon.Script.none()))
                    .isInstanceOf(AssertionError.class);
            relay.refuse(false);
            BaseDaemon.connect(vertx, uri, KEY, IDENTITY, BaseDaemon.Script.none());
            relay.awaitConnections(2, PATIENCE);
        }
    }

    @Test
    void whatABasePeerCannotReadIsAMistake() {
        assertThat(BaseProtocol.mistakeUp(new JsonObject().put("type", "runs"))).isPresent();
        assertThat(BaseProtocol.mistakeUp(new JsonObject()
                        .put("type", "taskComplete")
                        .put("taskId", TASK)
                        .putNull("success")))
                .hasValueSatisfying(mistake -> assertThat(mistake).contains("needs success as BOOL"));
        assertThat(BaseProtocol.mistakeDown(BaseServer.spawnTask(TASK, "n", "p")))
                .isEmpty();
        assertThat(BaseProtocol.mistakeDown(BaseServer.spawnTask(TASK, "n", "p").putNull("isSupervisor")))
                .isPresent();
        assertThat(BaseProtocol.mistakeDown(BaseServer.spawnTask(TASK, "n", "p").putNull("repoUrl")))
                .isEmpty();
    }
}
