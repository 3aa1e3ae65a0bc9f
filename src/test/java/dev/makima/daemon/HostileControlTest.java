package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.process.Containment;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However an agent that clings is stopped: one final state, no process after it, and the work is kept. */
class HostileControlTest extends RunBench {
    private TestRepository repository;

    @BeforeEach
    void makeRepository() {
        repository = TestRepository.create(temp.resolve("repository"));
    }

    private JsonObject task(String plan) {
        return BaseServer.spawnTask(taskId, "clings", plan)
                .put("repoUrl", repository.directory().toString());
    }

    /** With the one that only a cgroup finds, where there are cgroups. */
    private Path clings() {
        return agents.clings(Containment.system().tier() != Containment.Tier.PROCESS_TREE);
    }

    private void spawnAndAwait() {
        server.send(task("go"));
        awaitLine("\"clinging\"");
        awaitState("running");
    }

    /** At the moment the end was told, not some time after it. */
    private void assertNothingLives() {
        assertThat(agents.clinging()).hasSizeGreaterThanOrEqualTo(3).noneMatch(Await::alive);
        assertThat(Peers.processes(home)).isEmpty();
    }

    private void assertOneEnd() {
        server.pingAndAwaitPong(PATIENCE);
        assertThat(finalStates()).hasSize(1);
    }

    private List<String> finalStates() {
        return Stream.concat(
                        server.frames("taskComplete").stream().map(frame -> "complete " + frame.getBoolean("success")),
                        server.frames("taskStatusChange").stream().map(frame -> frame.getString("newStatus")))
                .filter(state -> List.of("complete true", "complete false", "interrupted", "done", "failed")
                        .contains(state))
                .toList();
    }

    private void assertWorkIsKept() {
        Path work = home.resolve("worktrees").resolve(taskId.substring(0, 8) + "-clings/work.txt");
        assertThat(work).hasContent("precious");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptLeavesNoProcess(boolean graceful) {
        try (DaemonHarness _ = daemon(clings())) {
            spawnAndAwait();
            server.send(Peers.interrupt(taskId, graceful));
            awaitState("interrupted");
            assertNothingLives();
            assertOneEnd();
            assertWorkIsKept();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptOfAPausedTaskLeavesNoProcess(boolean graceful) {
        try (DaemonHarness _ = daemon(clings())) {
            spawnAndAwait();
            server.send(Peers.command("pauseTask", taskId));
            awaitState("paused");
            server.send(Peers.interrupt(taskId, graceful));
            awaitState("interrupted");
            assertNothingLives();
            assertOneEnd();
            assertWorkIsKept();
        }
    }

    @Test
    void everyInterruptAfterTheFirstChangesNothingButTheHurry() {
        try (DaemonHarness _ = daemon(clings())) {
            spawnAndAwait();
            server.send(Peers.interrupt(taskId, true));
            server.send(Peers.command("pauseTask", taskId));
            server.send(Peers.interrupt(taskId, true));
            server.send(Peers.interrupt(taskId, false));
            server.send(Peers.command("resumeTask", taskId));
            server.send(Peers.interrupt(taskId, false));
            server.send(Peers.message(taskId, "and another thing"));
            awaitState("interrupted");
            assertNothingLives();
            assertOneEnd();
            assertWorkIsKept();
            assertThat(server.frames("taskStatusChange"))
                    .noneMatch(frame -> "paused".equals(frame.getString("newStatus")));
        }
    }

    @Test
    void aTimeLimitLeavesNoProcess() {
        try (DaemonHarness _ = daemon(clings())) {
            spawnAndAwait();
        }
        // It counts from the start, and what clings was started by then, however slow the machine is.
        JsonObject limit = new JsonObject().put("process", new JsonObject().put("defaultTimeoutSecs", 1));
        try (DaemonHarness _ = daemon(clings(), limit)) {
            assertThat(server.await("taskComplete", taskId, PATIENCE).getString("error"))
                    .isEqualTo("timed out after 1 s");
            assertNothingLives();
            assertOneEnd();
            assertWorkIsKept();
        }
    }

    @Test
    void anAgentThatEndsByItselfDoesNotWaitForThoseThatHoldItsOutput() {
        try (DaemonHarness _ = daemon(clings())) {
            spawnAndAwait();
            server.send(Peers.message(taskId, "good-bye"));
            // Those who hold it would do so for ten minutes.
            assertThat(server.await("taskComplete", taskId, PATIENCE).getBoolean("success"))
                    .isTrue();
            assertNothingLives();
            assertOneEnd();
            assertWorkIsKept();
        }
    }

    @Test
    void anInterruptAtTheMomentOfTheEndMakesOneEndOfIt() {
        Path agent = agents.script("ends", """
                first_line
                init
                says ready
                IFS= read -r second
                result done
                """);
        try (DaemonHarness _ = daemon(agent)) {
            for (int round = 0; round < 12; round++) {
                String id = UUID.randomUUID().toString();
                server.send(BaseServer.spawnTask(id, "ends", "go"));
                server.await(
                        frame -> id.equals(frame.getString("taskId"))
                                && frame.getString("output", "").contains("\"ready\""),
                        PATIENCE);
                server.send(Peers.message(id, "end"));
                long until = System.nanoTime() + round * 1_500_000L;
                Await.until(PATIENCE, "the moment", () -> System.nanoTime() >= until);
                server.send(Peers.interrupt(id, round % 2 == 0));
                server.await(
                        frame -> id.equals(frame.getString("taskId"))
                                && ("taskComplete".equals(frame.getString("type"))
                                        || "interrupted".equals(frame.getString("newStatus"))),
                        PATIENCE);
            }
            server.pingAndAwaitPong(PATIENCE);
            assertThat(finalStates()).hasSize(12).doesNotContain("complete false");
        }
    }

    @Test
    void anInterruptWhileTheWorktreeIsMadeEndsThatToo() throws IOException {
        // A filter of the repository's is what makes a checkout hang in real life; here it says that it was begun.
        Path begun = temp.resolve("begun");
        repository.write(".gitattributes", "*.txt filter=slow\n");
        repository.write("slow.txt", "slow\n");
        repository.commitAll("slow to check out");
        repository.git("config", "filter.slow.smudge", "echo $$ > '" + begun + "'; exec sleep 600");
        try (DaemonHarness _ = daemon(agents.echoes())) {
            server.send(task("go"));
            Await.until(PATIENCE, "the checkout to hang", () -> begun.toFile().length() > 0);
            server.send(Peers.interrupt(taskId, true));
            assertThat(awaitState("interrupted").getString("oldStatus")).isEqualTo("initializing");
            Await.gone(Long.parseLong(Files.readString(begun).strip()), PATIENCE);
            assertOneEnd();
        }
    }

    @Test
    void anAgentThatKillsItsWholeGroupKillsNothingOfTheDaemons() {
        Path agent = agents.script("kills", """
                first_line
                init
                says 'now all of us'
                kill -TERM 0
                exec sleep 600
                """);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(task("go"));
            assertThat(server.await("taskComplete", taskId, PATIENCE).getString("error"))
                    .contains("signal 15");
            assertOneEnd();
            server.pingAndAwaitPong(PATIENCE);
        }
    }

    @Test
    void whyAnAgentFailedAtOnceIsNotLostBehindItsClosedInput() {
        try (DaemonHarness _ = daemon(agents.exitsAtOnce(3, "your licence has expired"))) {
            // More than a pipe holds: the plan cannot be handed over, and that is not what matters.
            server.send(task("x".repeat(300_000)));
            assertThat(server.await("taskComplete", taskId, PATIENCE).getString("error"))
                    .contains("exit code 3", "your licence has expired")
                    .doesNotContainIgnoringCase("pipe");
        }
    }
}
