package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.control.ControlClient;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.OutputTally;
import dev.makima.testkit.TcpRelay;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Output to a server of the base protocol: every line, in order, over broken and slow connections. */
class LineOutputTest extends RunBench {
    private static final int LINES = 20_000;

    private DaemonHarness daemon(int port, Path agent) {
        URI uri = URI.create("ws://127.0.0.1:" + port);
        DaemonHarness daemon = DaemonHarness.startQuick(home, uri, agent, new JsonObject());
        server.awaitHandshakes(1, PATIENCE);
        return daemon;
    }

    private void spawn() {
        server.send(BaseServer.spawnTask(taskId, "task", "go"));
    }

    private List<String> assistantLines() {
        return server.lines(taskId).stream()
                .filter(line -> line.startsWith("{\"type\":\"assistant\""))
                .toList();
    }

    /** Removes what was sent again: at least once means that a cut may repeat lines, but only from an earlier place on. */
    private static List<String> withoutRepeats(List<String> lines) {
        return new ArrayList<>(new LinkedHashSet<>(lines));
    }

    @Test
    void afterCutsEveryLineHasComeAndNoneOutOfOrder() {
        try (TcpRelay relay = TcpRelay.start(vertx, server.port());
                DaemonHarness _ = daemon(relay.port(), agents.lines(LINES, 200))) {
            spawn();
            for (int cut = 1; cut <= 3; cut++) {
                int least = cut * LINES / 5;
                Await.until(PATIENCE, least + " lines", () -> server.outputFrames() >= least);
                relay.cut();
                server.awaitHandshakes(cut + 1, PATIENCE);
            }
            assertThat(end().getBoolean("success")).isTrue();
            List<String> expected = HostileAgent.expectedLines(LINES, 200).toList();
            assertThat(withoutRepeats(assistantLines())).isEqualTo(expected);
            // What was proven is not sent again: far less than everything for each cut.
            assertThat(assistantLines().size()).isLessThan(2 * LINES);
            assertThat(server.mistakes()).isEmpty();
        }
    }

    @Test
    void whatIsPrintedWhileNoServerIsThereComesLater() {
        Path agent = agents.script("goes-on", """
                first_line
                init
                says one
                while [ ! -e '%1$s' ]; do sleep 0.02; done
                says two
                result done
                until_end_of_input
                touch '%2$s'
                """.formatted(temp.resolve("go"), temp.resolve("ended")));
        try (TcpRelay relay = TcpRelay.start(vertx, server.port());
                DaemonHarness _ = daemon(relay.port(), agent)) {
            spawn();
            server.await(frame -> frame.getString("output", "").contains("\"one\""), PATIENCE);
            relay.refuse(true);
            server.awaitClosed(1, PATIENCE);
            Files.createFile(temp.resolve("go"));
            Await.file(temp.resolve("ended"), PATIENCE);
            relay.refuse(false);
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(assistantLines()).anyMatch(line -> line.contains("\"two\""));
            List<JsonObject> frames = server.frames();
            assertThat(frames.stream()
                            .map(frame -> frame.getString("type"))
                            .toList()
                            .lastIndexOf("taskOutput"))
                    .isLessThan(frames.indexOf(end()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void liveTasksAreAssertedAfterAReconnect() {
        try (DaemonHarness _ = daemon(server.port(), agents.silent())) {
            spawn();
            server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            server.drop();
            server.awaitHandshakes(2, PATIENCE);
            server.await(
                    frame -> "running".equals(frame.getString("oldStatus"))
                            && "running".equals(frame.getString("newStatus"))
                            && taskId.equals(frame.getString("taskId")),
                    PATIENCE);
            server.send(Peers.interrupt(taskId, false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
            assertThat(server.mistakes()).isEmpty();
        }
    }

    @Test
    void theEndOfATaskIsToldThoughTheConnectionBreaksAndNotForEver() {
        Path agent = agents.script("ends-in-the-dark", "first_line\ninit\nresult done\nuntil_end_of_input\n");
        try (TcpRelay relay = TcpRelay.start(vertx, server.port());
                DaemonHarness _ = daemon(relay.port(), agent)) {
            spawn();
            server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            relay.cut();
            end();
            // Until it is proven to have come, each connection may be told it once more.
            Await.until(PATIENCE, "the proof", () -> eventsWaiting() == 0);
            long told = ends();
            int connections = server.handshakes();
            relay.cut();
            server.awaitHandshakes(connections + 1, PATIENCE);
            // What is told next comes behind all that was to be told again.
            String other = UUID.randomUUID().toString();
            server.send(new JsonObject().put("type", "spawnTask").put("taskId", other));
            server.await("taskComplete", other, PATIENCE);
            assertThat(ends()).isEqualTo(told);
        }
    }

    private long ends() {
        return server.frames("taskComplete").stream()
                .filter(frame -> taskId.equals(frame.getString("taskId")))
                .count();
    }

    private int eventsWaiting() {
        try (ControlClient client = ControlClient.connect(home).orElseThrow()) {
            return client.ask(new JsonObject().put("verb", "status"), PATIENCE)
                    .getJsonObject("store")
                    .getInteger("eventsWaiting");
        }
    }

    @Test
    void aServerThatDoesNotReadFor100MegabytesGetsThemAllAfterwards() {
        server.close();
        server = BaseServer.start(vertx, DaemonHarness.KEY, BaseServer.Keep.TALLIES, 0);
        int lines = 400_000;
        try (DaemonHarness daemon = patient(agents.lines(lines, 250))) {
            spawn();
            Await.until(PATIENCE, "the first lines", () -> server.outputFrames() > 1000);
            server.stopReading();
            Await.until(PATIENCE, "100 MB of output", () -> spoolSize(daemon.home()) > 100_000_000);
            server.resumeReading();
            assertThat(server.await("taskComplete", taskId, PATIENCE).getBoolean("success"))
                    .isTrue();
            assertThat(agentTally(lines)).isEqualTo(server.tally(taskId).lines() - otherLines());
            assertThat(server.mistakes()).isEmpty();
        }
    }

    private DaemonHarness patient(Path agent) {
        // Usual waits: an agent that takes a second to begin is told of in a line more.
        DaemonHarness daemon = DaemonHarness.start(home, server.uri(), agent, new JsonObject(), DaemonTimers.DEFAULT);
        server.awaitHandshakes(1, PATIENCE);
        return daemon;
    }

    private static long agentTally(int lines) {
        return OutputTally.of(Stream.generate(() -> "").limit(lines)).lines();
    }

    /** The result, and the daemon's three lines: where it works, the agent's version, where the work is. */
    private static long otherLines() {
        return 4;
    }

    private static long spoolSize(Path home) {
        try (Stream<Path> files = Files.walk(home.resolve("spool"))) {
            return files.filter(file -> file.endsWith("out"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }

    @Test
    void veryLongAndVeryShortLinesArriveWhole() {
        Path agent = agents.script("long-and-short", """
                first_line
                init
                head -c 200000 /dev/zero | tr '\\0' '\\n'
                head -c 3000000 /dev/zero | tr '\\0' 'x'
                printf 'é☃🚀end\\n'
                head -c 2500000 /dev/zero | sed 's/\\x0/é/g'
                printf '\\n' >&1
                printf 'an error without its end' >&2
                result done
                until_end_of_input
                """);
        // Usual pings: a connection that is dropped since the machine is busy would bring lines twice.
        try (DaemonHarness _ = DaemonHarness.start(home, server.uri(), agent, new JsonObject())) {
            server.awaitHandshakes(1, PATIENCE);
            spawn();
            assertThat(end().getBoolean("success")).isTrue();
            List<String> lines = server.lines(taskId);
            assertThat(lines.stream().filter(String::isEmpty).count()).isEqualTo(200_000);
            assertThat(lines).contains("x".repeat(3_000_000) + "é☃🚀end", "é".repeat(2_500_000));
            assertThat(lines).contains("[stderr] an error without its end");
            assertThat(server.frames("taskOutput"))
                    .allMatch(frame -> frame.getString("output").length() <= 1024 * 1024);
        }
    }
}
