package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import dev.makima.daemon.control.ControlClient;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The local door of a daemon: who finds it, what it answers, and what it does not let itself in for. */
class ControlTest extends RunBench {
    private static final JsonObject STATUS = new JsonObject().put("verb", "status");

    private static ControlClient door(Path state) {
        return ControlClient.connect(state).orElseThrow();
    }

    private static JsonObject status(Path state) {
        try (ControlClient client = door(state)) {
            return client.ask(STATUS, PATIENCE);
        }
    }

    private Path socket() throws IOException {
        return Path.of(Files.readString(home.resolve("daemon.control")).strip());
    }

    @Test
    void theStatusTellsOfEachComponent() {
        Instant before = Instant.now();
        try (DaemonHarness daemon = daemon(agents.echoes())) {
            JsonObject idle = status(home);
            assertThat(idle.getLong("pid")).isEqualTo(ProcessHandle.current().pid());
            assertThat(idle.getBoolean("draining")).isFalse();
            JsonObject link = idle.getJsonObject("link");
            assertThat(link.getBoolean("connected")).isTrue();
            assertThat(link.getInstant("since")).isBetween(before, Instant.now());
            assertThat(link.getString("server")).contains(server.uri().getAuthority());
            assertThat(idle.getJsonObject("tasks").getInteger("running")).isZero();
            assertThat(idle.getJsonObject("store").getInteger("eventsWaiting")).isZero();
            Await.until(
                    PATIENCE,
                    "a sweep",
                    () -> status(daemon.home()).getJsonObject("upkeep").getString("lastSweep") != null);
        }
    }

    @Test
    void theStatusTellsOfEachTask() throws IOException {
        try (DaemonHarness daemon = daemon(agents.silent())) {
            server.send(BaseServer.spawnTask(taskId, "a long task", "go"));
            awaitState("running");
            JsonObject task = status(daemon.home())
                    .getJsonObject("tasks")
                    .getJsonArray("list")
                    .getJsonObject(0);
            assertThat(task.getString("taskId")).isEqualTo(taskId);
            assertThat(task.getString("name")).isEqualTo("a long task");
            assertThat(task.getString("state")).isEqualTo("running");
            assertThat(task.getString("lease")).isEqualTo("free");
            assertThat(task.getBoolean("waits")).isFalse();
            assertThat(task.getBoolean("vanished")).isFalse();
            assertThat(Path.of(task.getString("directory"))).isDirectory();
            server.send(Peers.interrupt(taskId, false));
            awaitState("interrupted");
        }
    }

    @Test
    void theStatusTellsWhyThereIsNoConnection() {
        try (DaemonHarness daemon = daemon(agents.echoes())) {
            server.close();
            Await.until(
                    PATIENCE,
                    "a failed attempt",
                    () -> status(daemon.home()).getJsonObject("link").getString("nextAttempt") != null);
            JsonObject link = status(daemon.home()).getJsonObject("link");
            assertThat(link.getBoolean("connected")).isFalse();
            assertThat(link.getString("reason")).isNotBlank();
        }
    }

    @Test
    void onlyTheOwnerMayUseTheSocketEvenInADirectoryThatIsOpenToOthers() throws IOException {
        Files.createDirectory(home);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (DaemonHarness daemon = daemon(agents.echoes())) {
            assertThat(daemon.home().resolve("daemon.sock")).isEqualTo(socket());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("daemon.control"))))
                    .isEqualTo("rw-------");
            try (var files = Files.list(home)) {
                assertThat(files.map(Path::getFileName).map(Path::toString))
                        .noneMatch(name -> name.contains("makima-control"));
            }
        }
        assertThat(home.resolve("daemon.sock")).doesNotExist();
        assertThat(home.resolve("daemon.control")).doesNotExist();
    }

    @Test
    void aPathTooLongForASocketIsReplacedByAnother() throws IOException {
        home = temp.resolve("x".repeat(90)).resolve("home");
        try (DaemonHarness daemon = daemon(agents.echoes())) {
            Path there = socket();
            assertThat(there.getParent()).isNotEqualTo(home);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(there.getParent())))
                    .isEqualTo("rwx------");
            assertThat(status(daemon.home()).getString("stateDirectory")).isEqualTo(home.toString());
        }
    }

    @Test
    void aSocketThatAKilledDaemonLeftIsReplaced() throws IOException {
        Files.createDirectory(home);
        Path left = home.resolve("daemon.sock");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(left));
        }
        Files.writeString(home.resolve("daemon.control"), left + "\n");
        assertThat(left).exists();
        // A child that another test is just forking has the socket too, until it is the program that it starts.
        Await.until(
                PATIENCE,
                "nobody to listen",
                () -> ControlClient.connect(home)
                        .map(client -> {
                            client.close();
                            return false;
                        })
                        .orElse(true));
        try (DaemonHarness daemon = daemon(agents.echoes())) {
            assertThat(status(daemon.home()).getBoolean("draining")).isFalse();
        }
    }

    @Test
    void whereNoDaemonRunsNoneIsFound() {
        assertThat(ControlClient.connect(temp.resolve("nowhere"))).isEmpty();
    }

    @Test
    void whatIsNoRequestIsRefusedAndHarmsNobody() throws IOException {
        try (DaemonHarness daemon = daemon(agents.echoes())) {
            assertThatThrownBy(() -> {
                        try (ControlClient client = door(daemon.home())) {
                            client.ask(new JsonObject().put("verb", "explode"), PATIENCE);
                        }
                    })
                    .isInstanceOf(MakimaException.class)
                    .hasMessageContaining("there is no verb 'explode'");
            assertThat(raw("this is no JSON\n")).contains("one JSON object in a line");
            assertThat(raw("[1]\n")).contains("one JSON object in a line");
            assertThat(raw("{\"verb\":[1]}\n")).contains("there is no verb");
            assertThat(raw("x".repeat(70_000))).contains("at most 65536 bytes");
            assertThat(status(daemon.home()).getBoolean("draining")).isFalse();
        }
    }

    @Test
    void whoAsksNothingIsSentAwayAndTooManyAreNotLetIn() throws IOException {
        try (DaemonHarness daemon = daemon(agents.echoes())) {
            List<SocketChannel> idle = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                idle.add(SocketChannel.open(UnixDomainSocketAddress.of(socket())));
            }
            assertThat(answer(idle.getLast())).contains("too many ask at once");
            assertThat(answer(idle.getFirst())).contains("no request came within");
            for (SocketChannel channel : idle) {
                channel.close();
            }
            Await.until(PATIENCE, "a place", () -> {
                try {
                    return !status(daemon.home()).isEmpty();
                } catch (MakimaException e) {
                    return false;
                }
            });
        }
    }

    private String raw(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            try {
                channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            } catch (IOException closed) {
                // It may answer, and close, before it has been sent all.
            }
            return answer(channel);
        }
    }

    private static String answer(SocketChannel channel) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(4096);
        try {
            while (channel.read(answer) > 0) {
                // Until the daemon closes.
            }
        } catch (IOException reset) {
            // As a close is seen where the daemon has not read all that was sent.
        }
        return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
    }
}
