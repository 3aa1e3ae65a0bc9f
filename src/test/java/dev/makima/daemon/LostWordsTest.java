package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.SmallDisk;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents whose last words a full disk has torn or taken, and that wait for a message as if they had said them. */
class LostWordsTest extends RunBench {
    private static final String LONG = "x".repeat(20_000);

    private SmallDisk disk;

    @BeforeEach
    void mount() throws IOException {
        Optional<SmallDisk> mounted = SmallDisk.mount(Files.createDirectory(temp.resolve("small")), 8 * 1024);
        assumeTrue(mounted.isPresent(), "nobody may mount a file system here");
        disk = mounted.orElseThrow();
        Files.createDirectory(home);
        Files.createSymbolicLink(
                home.resolve("spool"), Files.createDirectory(disk.outside().resolve("spool")));
    }

    @AfterEach
    void unmount() {
        if (disk != null) {
            disk.close();
        }
    }

    /** It prints its result when told to, hears nothing of a failure, and answers the next message. */
    private Path agent(String words, String answer) {
        return agents.script(
                "torn",
                """
                IFS= read -r line
                init
                says 'it begins'
                until [ -e 'WORK/now' ]; do sleep 0.05; done
                { result 'WORDS'; } 2>/dev/null
                : > 'WORK/printed'
                while IFS= read -r line; do
                    ANSWER
                done
                """.replace("WORK", temp.toString()).replace("WORDS", words).replace("ANSWER", answer));
    }

    private void spawn() {
        server.send(BaseServer.spawnTask(taskId, "a task", "go"));
        awaitLine("it begins");
    }

    /** The disk is full while the agent prints, and the line is torn: some of it fits into the last page. */
    private void tear() throws IOException {
        disk.fill();
        // What the daemon says of it waits in memory, or fits into a page that it has: so its looks are waited out.
        long until = System.nanoTime() + 1_500_000_000L;
        Await.until(PATIENCE, "looks at the disk", () -> System.nanoTime() > until);
        Files.createFile(temp.resolve("now"));
        Await.until(PATIENCE, "the words", () -> Files.exists(temp.resolve("printed")));
        assertThat(out()).doesNotEndWith("\n");
    }

    private String out() throws IOException {
        try (Stream<Path> files = Files.walk(disk.outside().resolve("spool"))) {
            return Files.readString(
                    files.filter(file -> file.endsWith("out")).findFirst().orElseThrow());
        }
    }

    private void assertWhole(String torn) throws IOException {
        List<String> lines = out().lines().toList();
        assertThat(lines).anyMatch(line -> line.endsWith(torn));
        assertThat(lines.getLast()).startsWith("{\"duration_api_ms\"").endsWith("}");
    }

    @Test
    void aTornResultIsEndedAndTheAgentIsAskedForItAgain() throws IOException {
        try (DaemonHarness _ = daemon(agent(LONG, "result 'said again'"))) {
            spawn();
            tear();
            disk.free();
            assertThat(end().getBoolean("success")).isTrue();
            awaitLine("breaks off at byte");
            awaitLine("it is asked for them");
            assertWhole("xxx");
        }
    }

    @Test
    void anAgentOfAnEarlierDaemonIsAskedTheSame() throws IOException {
        Path agent = agent(LONG, "result 'said again'");
        try (DaemonHarness daemon = daemon(agent)) {
            spawn();
            tear();
            assertThat(daemon.home()).exists();
        }
        disk.free();
        try (DaemonHarness _ = daemon(agent)) {
            awaitLine("breaks off at byte");
            assertThat(end().getBoolean("success")).isTrue();
            assertWhole("xxx");
        }
    }

    @Test
    void oneThatStaysSilentIsToldOfAndAnswersAPersonInAWholeLine() throws IOException {
        String answer = "case \"$line\" in *'go on, please'*) result 'woken' ;; esac";
        try (DaemonHarness _ = daemon(agent(LONG, answer))) {
            spawn();
            tear();
            disk.free();
            awaitLine("was asked for its last words and has said nothing");
            server.send(Peers.message(taskId, "go on, please"));
            assertThat(end().getBoolean("success")).isTrue();
            assertWhole("xxx");
        }
    }

    @Test
    void oneThatMayJustBeAtWorkIsAskedOnlyOnceItsSilenceIsToldOf() throws IOException {
        Path agent = agents.script("quiet", """
                IFS= read -r line
                init
                says 'it begins'
                IFS= read -r line
                printf '%%s' "$line" > '%s'
                result 'said'
                until_end_of_input
                """.formatted(temp.resolve("asked")));
        JsonObject warns = new JsonObject().put("agent", new JsonObject().put("silenceWarnSecs", 3));
        try (DaemonHarness _ = daemon(agent, warns)) {
            spawn();
            disk.fill();
            awaitLine("disk with the task's output is full");
            disk.free();
            assertThat(end().getBoolean("success")).isTrue();
            List<String> lines = server.lines(taskId);
            assertThat(index(lines, "has printed nothing for 3 s")).isLessThan(index(lines, "it is asked for them"));
            assertThat(temp.resolve("asked")).content().contains("may be lost").doesNotContain("in part");
        }
    }

    @Test
    void ofAFullDiskThatNobodySawNothingIsSaid() throws IOException {
        Path agent = agents.script("pauses", """
                IFS= read -r line
                init
                says 'it begins'
                printf '{"type":"assist'
                IFS= read -r line
                printf '%%s' "$line" > '%s'
                result 'said'
                until_end_of_input
                """.formatted(temp.resolve("asked")));
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
            Await.until(PATIENCE, "the torn line", () -> outEndsWith("assist"));
        }
        try (DaemonHarness _ = daemon(agent)) {
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(server.lines(taskId))
                    .anyMatch(line -> line.contains("breaks off at byte"))
                    .noneMatch(line -> line.contains("disk"));
            assertThat(temp.resolve("asked")).content().contains("in part").doesNotContain("disk");
        }
    }

    private boolean outEndsWith(String text) {
        try {
            return out().endsWith(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int index(List<String> lines, String part) {
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains(part))
                .findFirst()
                .orElseThrow();
    }
}
