package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The holder alone is killed: nobody records how its agent ends, and the agent's output is all that is known of it. */
class KilledHolderTest extends RunBench {
    private static final String UNKNOWN = "exit status is unknown";

    /** Says that it is there, goes on once a file is there, and then does what is given. */
    private Path agent(String rest) {
        return agents.script("outlives-its-holder", """
                first_line
                init
                says 'at work'
                while [ ! -e '%s' ]; do sleep 0.02; done
                %s
                """.formatted(goOn(), rest));
    }

    private Path goOn() {
        return temp.resolve("go-on");
    }

    private void spawn() {
        server.send(BaseServer.spawnTask(taskId, "a task", "go"));
        awaitState("running");
        awaitLine("at work");
    }

    private void killHolder() {
        List<Long> holders = Peers.processes(home).stream()
                .filter(pid -> commandLine(pid).contains("holder.sh"))
                .toList();
        assertThat(holders).isNotEmpty();
        holders.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        Await.until(PATIENCE, "the holder's end", () -> holders.stream().noneMatch(Await::alive));
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        } catch (IOException e) {
            // It has ended.
            return "";
        }
    }

    private JsonObject endWithoutHolder(String rest) throws IOException {
        try (DaemonHarness _ = daemon(agent(rest))) {
            spawn();
            killHolder();
            Files.createFile(goOn());
            JsonObject end = end();
            Peers.awaitNothingLeft(home);
            return end;
        }
    }

    @Test
    void aGoodResultAsTheLastWordIsTheEnd() throws IOException {
        JsonObject end = endWithoutHolder("result done\nuntil_end_of_input");
        assertThat(end.getBoolean("success")).as("%s", end).isTrue();
        awaitLine(UNKNOWN);
    }

    @Test
    void anAgentThatStaysAfterItsResultIsStoppedAndLeavesNothing() throws IOException {
        JsonObject end = endWithoutHolder("result done\nsetsid sleep 600 &\nexec sleep 600");
        assertThat(end.getBoolean("success")).as("%s", end).isTrue();
    }

    @Test
    void withoutAResultItFailsAndTheHolderIsToBlame() throws IOException {
        JsonObject end = endWithoutHolder("setsid sleep 600 &\nexit 0");
        assertThat(end.getBoolean("success")).isFalse();
        assertThat(end.getString("error")).contains("holder was killed");
    }

    @Test
    void aResultThatIsNotTheLastWordProvesNothing() throws IOException {
        JsonObject end = endWithoutHolder("result done\nsays 'one more thing'");
        assertThat(end.getBoolean("success")).isFalse();
        assertThat(end.getString("error")).contains("holder was killed");
        assertThat(server.lines(taskId)).noneMatch(line -> line.contains(UNKNOWN));
    }

    @Test
    void theNextDaemonReadsTheEndFromTheOutput() throws IOException {
        Path agent = agent("result done\nuntil_end_of_input");
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
        }
        killHolder();
        Files.createFile(goOn());
        Peers.awaitNothingLeft(home);
        try (DaemonHarness _ = daemon(agent)) {
            assertThat(end().getBoolean("success")).isTrue();
            awaitLine(UNKNOWN);
            assertThat(server.frames("taskRecoveryDetected")).isEmpty();
        }
    }

    @Test
    void aResultFromBeforeTheLastMessageIsNoEnd() throws IOException {
        Path agent = agent("result done");
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
        }
        killHolder();
        Files.createFile(goOn());
        Peers.awaitNothingLeft(home);
        try (Stream<Path> files = Files.walk(home)) {
            Path told = files.filter(file -> file.endsWith("launch-1/in"))
                    .findFirst()
                    .orElseThrow();
            Files.setLastModifiedTime(told, FileTime.from(Instant.now().plusSeconds(5)));
        }
        try (DaemonHarness _ = daemon(agent)) {
            server.await("taskRecoveryDetected", taskId, PATIENCE);
            assertThat(server.frames("taskComplete")).isEmpty();
        }
    }
}
