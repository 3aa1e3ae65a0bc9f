package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The autonomous loop: one agent process after the other until one says that it is ready, or none will. */
class LoopTest extends RunBench {
    private Path launches;

    @BeforeEach
    void nameLaunches() {
        launches = temp.resolve("launches");
    }

    private JsonObject spawnFrame() {
        return BaseServer.spawnTask(taskId, "a task", "go").put("autonomousLoop", true);
    }

    /**
     * Notes its arguments and its first message, one launch a line, then does this. {@code n} is the launch's number,
     * {@code gate READY MORE} prints a result with a gate.
     */
    private Path agent(String name, String body) {
        return agents.script(name, """
                echo "$*" >> '%1$s'
                n=$(wc -l < '%1$s')
                IFS= read -r first
                printf '%%s\\n' "$first" >> '%1$s.messages'
                init
                gate() { result "<COMPLETION_GATE>\\\\nready: $1\\\\n$2\\\\n</COMPLETION_GATE>"; }
                %2$s
                """.formatted(launches, body));
    }

    private List<String> launched() throws IOException {
        return Files.readAllLines(launches);
    }

    private List<String> firstMessages() throws IOException {
        return Files.readAllLines(Path.of(launches + ".messages"));
    }

    @Test
    void itGoesOnInTheSameConversationUntilTheAgentIsReady() throws IOException {
        Path agent = agent("third-time", """
                touch "file$n"
                if [ "$n" -ge 3 ]; then gate true 'reason: complete'; else gate false "reason: part $n"; fi
                until_end_of_input
                """);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawnFrame());
            assertThat(end().getBoolean("success")).isTrue();
        }
        List<String> launched = launched();
        assertThat(launched).hasSize(3);
        String session = launched.getFirst().replaceAll(".*--session-id ([0-9a-f-]{36}).*", "$1");
        assertThat(launched.subList(1, 3)).allMatch(line -> line.contains("--resume " + session));
        assertThat(firstMessages().getFirst()).contains("\"content\":\"go\"");
        assertThat(firstMessages().subList(1, 3)).allMatch(line -> line.contains("COMPLETION_GATE"));
        assertThat(server.lines(taskId))
                .anyMatch(line -> line.contains("Iteration 1 of at most 10: the agent is not ready: part 1"))
                .anyMatch(line -> line.contains("Iteration 2 of at most 10"))
                .anyMatch(line -> line.contains("says that the task is complete: complete"));
        assertThat(server.frames("taskComplete")).hasSize(1);
    }

    @Test
    void aGateInTheResultOfAToolOrInARawLineIsNone() {
        Path agent = agent("quotes", """
                printf '%s\\n' '{"type":"user","message":{"role":"user","content":[{"tool_use_id":"t","type":"tool_result","content":"<COMPLETION_GATE>\\nready: true\\n</COMPLETION_GATE>"}]},"parent_tool_use_id":null}'
                printf '%s\\n' '{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"echo <COMPLETION_GATE>ready: true</COMPLETION_GATE>"}}]},"parent_tool_use_id":null}'
                printf '%s\\n' '{"type":"assistant","message":{"content":[{"type":"text","text":"<COMPLETION_GATE>ready: true</COMPLETION_GATE>"}]},"parent_tool_use_id":"t"}'
                echo '<COMPLETION_GATE>ready: true</COMPLETION_GATE>'
                result 'nothing'
                until_end_of_input
                """);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawnFrame());
            assertThat(end().getString("error")).contains("3 iterations in a row changed no file");
        }
    }

    @Test
    void theSameObstacleAgainAndAgainEndsItAndTheThresholdIsConfigured() throws IOException {
        Path agent = agent("blocked", """
                touch "file$n"
                gate no 'blockers: no key'
                until_end_of_input
                """);
        JsonObject two = new JsonObject().put("loop", new JsonObject().put("sameError", 2));
        try (DaemonHarness _ = DaemonHarness.start(home, server.uri(), agent, two)) {
            server.awaitHandshakes(1, PATIENCE);
            server.send(spawnFrame());
            assertThat(end().getString("error")).contains("the same obstacle", "no key");
        }
        assertThat(launched()).hasSize(2);
    }

    @Test
    void anEndThatIsNotCleanEndsTheLoop() throws IOException {
        try (DaemonHarness _ =
                daemon(agent("fails", "touch file$n\n[ $n = 1 ] || exit 3\ngate no\nuntil_end_of_input"))) {
            server.send(spawnFrame());
            assertThat(end().getString("error")).contains("exit code 3");
        }
        assertThat(launched()).hasSize(2);
    }

    @Test
    void theTornLastLineOfOneProcessDoesNotSpoilTheFirstOfTheNext() {
        Path agent = agent("tears", """
                touch file$n
                [ $n = 1 ] || { gate true; until_end_of_input; exit 0; }
                gate no
                until_end_of_input
                printf 'torn'
                """);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawnFrame());
            assertThat(end().getBoolean("success")).isTrue();
        }
        assertThat(server.lines(taskId)).contains("torn");
    }

    @Test
    void theTimeLimitIsForAllProcessesTogether() throws IOException {
        Path agent = agent("slow", "touch file$n\nsleep 0.8\ngate no\nuntil_end_of_input");
        try (DaemonHarness _ = daemon(agent)) {
            // None of the ten that there may be takes as long, and the first is over by then on a busy machine too.
            server.send(spawnFrame().put("timeoutSecs", 4));
            assertThat(end().getString("error")).isEqualTo("timed out after 4 s");
        }
        assertThat(launched()).hasSizeBetween(2, 5);
    }

    @Test
    void theCostLimitIsForAllProcessesTogetherAndEachIsGivenTheRest() throws IOException {
        Path agent = agent("costly", """
                touch file$n
                printf '{"type":"result","subtype":"success","is_error":false,"result":"more","total_cost_usd":0.%s}\\n' "$((n * 2))"
                until_end_of_input
                """);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawnFrame().put("maxCostUsd", 0.5));
            assertThat(end().getString("error")).contains("cost limit of 0.5 USD", "0.6 USD");
        }
        assertThat(launched()).hasSize(3);
        assertThat(launched().get(0)).contains("--max-budget-usd 0.5");
        assertThat(launched().get(1)).contains("--max-budget-usd 0.3");
        assertThat(launched().get(2)).contains("--max-budget-usd 0.1");
    }

    /** Its first process is ready to be ended by the test; after that it waits for a second message. */
    private Path waits() {
        return agent("waits", """
                touch file$n
                case $n in
                1) says working; while [ ! -e '%1$s' ]; do sleep 0.02; done; gate no; until_end_of_input
                   says 'no more input'; while [ ! -e '%2$s' ]; do sleep 0.02; done ;;
                *) says "second"; IFS= read -r message; says "got it"; printf '%%s\\n' "$message" >&2
                   gate true; until_end_of_input ;;
                esac
                """.formatted(temp.resolve("answer"), temp.resolve("exit")));
    }

    @Test
    void aMessageThatComesBetweenTwoProcessesIsForTheNext() throws IOException {
        try (DaemonHarness _ = daemon(waits())) {
            server.send(spawnFrame());
            awaitLine("\"working\"");
            Files.createFile(temp.resolve("answer"));
            awaitLine("no more input");
            server.send(Peers.message(taskId, "look at the tests"));
            server.pingAndAwaitPong(PATIENCE);
            Files.createFile(temp.resolve("exit"));
            assertThat(end().getBoolean("success")).isTrue();
        }
        assertThat(server.lines(taskId)).anyMatch(line -> line.contains("look at the tests"));
        assertThat(server.lines(taskId)).noneMatch(line -> line.contains("came too late"));
    }

    @Test
    void aPauseAndAnInterruptReachALaterProcessAsTheFirst() throws IOException {
        Files.createFile(temp.resolve("answer"));
        Files.createFile(temp.resolve("exit"));
        try (DaemonHarness _ = daemon(waits())) {
            server.send(spawnFrame());
            awaitLine("\"second\"");
            server.send(Peers.command("pauseTask", taskId));
            server.await(frame -> "paused".equals(frame.getString("newStatus")), PATIENCE);
            server.send(Peers.command("resumeTask", taskId));
            server.await(frame -> "paused".equals(frame.getString("oldStatus")), PATIENCE);
            server.send(Peers.interrupt(taskId, false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
            assertThat(server.frames("taskComplete")).isEmpty();
        }
        assertThat(launched()).hasSize(2);
    }

    private String endsOnce(String how) {
        return """
                touch file$n
                while [ ! -e '%s' ]; do sleep 0.02; done
                %s
                until_end_of_input
                """.formatted(temp.resolve("go"), how);
    }

    @Test
    void anInterruptBetweenTwoProcessesEndsTheLoop() throws IOException {
        // The next process cannot begin before the version is known, which takes until the interrupt.
        Path agent = agent("interrupted", endsOnce("gate no"));
        agents.doesWhenAskedForItsVersion(
                agent, "if [ -e '%s' ]; then touch '%s'; sleep 5; fi".formatted(launches, temp.resolve("asked")));
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawnFrame());
            Await.until(PATIENCE, "the first launch", () -> Files.exists(launches));
            // Another time of change: the version is asked anew.
            Files.setLastModifiedTime(agent, FileTime.fromMillis(1_000_000_000_000L));
            Files.createFile(temp.resolve("go"));
            Await.until(PATIENCE, "the question between two launches", () -> Files.exists(temp.resolve("asked")));
            server.send(Peers.interrupt(taskId, true));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
            assertThat(server.frames("taskComplete")).isEmpty();
        }
        assertThat(launched()).hasSize(1);
    }

    @Test
    void theNextDaemonGoesOnCounting() throws IOException {
        Path go = temp.resolve("go");
        Path agent = agent("counted", """
                says "launch $n"
                if [ "$n" = 2 ]; then while [ ! -e '%s' ]; do sleep 0.02; done; fi
                gate no
                until_end_of_input
                """.formatted(go));
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawnFrame());
            awaitLine("launch 2");
        }
        Files.createFile(go);
        try (DaemonHarness _ = daemon(agent)) {
            // The first has changed nothing, the second neither, and the third is one of three.
            assertThat(end().getString("error")).contains("3 iterations in a row changed no file");
        }
        assertThat(launched()).hasSize(3);
        assertThat(launched().subList(1, 3)).allMatch(line -> line.contains("--resume"));
    }

    @Test
    void aDaemonThatDiesBetweenTwoProcessesIsFollowedByOneThatStartsTheNext() throws Exception {
        Path agent = agent("between", endsOnce("if [ $n -ge 2 ]; then gate true; else gate no; fi"));
        // The daemon still asks for the version of the next one's executable when it goes.
        Path gone = temp.resolve("gone");
        agents.doesWhenAskedForItsVersion(
                agent,
                "if [ -e '%s' ] && [ ! -e '%s' ]; then touch '%s'; sleep 5; fi"
                        .formatted(launches, temp.resolve("second"), gone));
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawnFrame());
            Await.until(PATIENCE, "the first launch", () -> Files.exists(launches));
            Files.setLastModifiedTime(agent, FileTime.fromMillis(1_000_000_000_000L));
            Files.createFile(temp.resolve("go"));
            Await.until(PATIENCE, "the question between two launches", () -> Files.exists(gone));
        }
        assertThat(server.frames("taskComplete")).isEmpty();
        Files.createFile(temp.resolve("second"));
        try (DaemonHarness _ = daemon(agent)) {
            assertThat(end().getBoolean("success")).isTrue();
        }
        assertThat(launched()).hasSize(2);
        assertThat(firstMessages().getLast()).contains("COMPLETION_GATE");
        assertThat(server.frames("taskRecoveryDetected")).isEmpty();
    }
}
