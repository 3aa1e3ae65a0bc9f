package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.agent.AgentInput;
import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.config.Environment;
import dev.makima.process.Launch;
import dev.makima.process.LaunchSpec;
import dev.makima.process.LaunchState;
import dev.makima.process.RunSpool;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.RealAgent;
import dev.makima.testkit.Scenario;
import dev.makima.testkit.ScriptedModel;
import dev.makima.testkit.Step;
import dev.makima.testkit.ToolCall;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real Claude Code CLI, stopped in the middle of a Bash tool that left something in the background. */
class RealAgentControlTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Notes what it is and that it works, in the directory of the task, until it is told to stop; ten minutes at most. */
    private static final String TOOL = "nohup setsid sleep 600 > /dev/null 2>&1 & echo $! > background;"
            + " echo $$ > tool; n=0;"
            + " while [ ! -e stop ] && [ $n -lt 6000 ]; do echo x >> ticks; sleep 0.1; n=$((n + 1)); done; echo over";

    @TempDir
    private Path temp;

    private Vertx vertx;
    private BaseServer server;
    private ScriptedModel model;
    private Path home;
    private Path work;
    private final String taskId = UUID.randomUUID().toString();

    @BeforeEach
    void start() throws IOException {
        vertx = Vertx.vertx();
        server = BaseServer.start(vertx, DaemonHarness.KEY);
        model = ScriptedModel.start(
                vertx, Scenario.of(Step.empty().tool(ToolCall.bash(TOOL)), Step.text("The tool has ended.")));
        home = Files.createDirectory(temp.resolve("home"));
        work = home.resolve("temp/task-" + taskId);
    }

    @AfterEach
    void stop() {
        Peers.awaitNothingLeft(home);
        model.close();
        server.close();
        vertx.close().await();
    }

    private DaemonHarness daemon(JsonObject more) {
        Map<String, String> variables = new HashMap<>(RealAgent.environment(model, home));
        variables.put("GIT_CONFIG_NOSYSTEM", "1");
        int before = server.handshakes();
        DaemonHarness daemon = DaemonHarness.start(
                home,
                DaemonHarness.config(home, server.uri(), RealAgent.require(), more),
                new Environment(variables, home, "Linux"),
                DaemonHarness.stoppingBy(DaemonHarness.PATIENT_STOP));
        server.awaitHandshakes(before + 1, PATIENCE);
        return daemon;
    }

    private void spawnAndAwaitTool(JsonObject more) {
        server.send(BaseServer.spawnTask(taskId, "controlled", "Run the tool.").mergeIn(more));
        Await.until(PATIENCE, "the tool to work", () -> ticks() > 4);
    }

    private long ticks() {
        return work.resolve("ticks").toFile().length();
    }

    private JsonObject awaitState(String state) {
        return server.await(frame -> state.equals(frame.getString("newStatus")), PATIENCE);
    }

    private void assertNothingLivesAndTheWorkIsThere() throws IOException {
        for (String file : List.of("background", "tool")) {
            assertThat(Await.alive(
                            Long.parseLong(Files.readString(work.resolve(file)).strip())))
                    .as(file)
                    .isFalse();
        }
        assertThat(Peers.processes(home)).isEmpty();
        assertThat(ticks()).isPositive();
        server.pingAndAwaitPong(PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptInTheMiddleOfAToolEndsAllOfIt(boolean graceful) throws IOException {
        try (DaemonHarness _ = daemon(new JsonObject())) {
            spawnAndAwaitTool(new JsonObject());
            server.send(Peers.interrupt(taskId, graceful));
            awaitState("interrupted");
            assertNothingLivesAndTheWorkIsThere();
            assertThat(server.frames("taskComplete")).isEmpty();
            // Asked, it says how its turn ended; a signal loses that.
            assertThat(server.lines(taskId).stream().anyMatch(line -> line.contains("\"aborted_tools\"")))
                    .isEqualTo(graceful);
        }
    }

    @Test
    void aPauseInTheMiddleOfAToolStopsItAndAResumeLetsItFinish() throws IOException {
        try (DaemonHarness _ = daemon(new JsonObject())) {
            spawnAndAwaitTool(new JsonObject());
            server.send(Peers.command("pauseTask", taskId));
            awaitState("paused");
            long before = ticks();
            long until = System.nanoTime() + 500_000_000L;
            Await.until(PATIENCE, "a moment", () -> System.nanoTime() > until);
            assertThat(ticks()).isEqualTo(before);
            server.send(Peers.command("resumeTask", taskId));
            server.await(frame -> "paused".equals(frame.getString("oldStatus")), PATIENCE);
            Await.until(PATIENCE, "the tool to go on", () -> ticks() > before);
            Files.createFile(work.resolve("stop"));
            assertThat(server.await("taskComplete", taskId, PATIENCE).getBoolean("success"))
                    .isTrue();
            assertNothingLivesAndTheWorkIsThere();
            assertThat(server.lines(taskId)).anyMatch(line -> line.contains("The tool has ended."));
        }
    }

    @Test
    void aTimeLimitInTheMiddleOfAToolEndsAllOfIt() throws IOException {
        try (DaemonHarness _ = daemon(new JsonObject())) {
            spawnAndAwaitTool(new JsonObject());
        }
        // Begun before, so that it is in the middle of the tool however long the agent takes to its start.
        JsonObject limited = new JsonObject().put("process", new JsonObject().put("defaultTimeoutSecs", 1));
        try (DaemonHarness _ = daemon(limited)) {
            assertThat(server.await("taskComplete", taskId, PATIENCE).getString("error"))
                    .isEqualTo("timed out after 1 s");
            assertNothingLivesAndTheWorkIsThere();
        }
    }

    @Test
    void anOpenInputWithNothingInItIsNoHang() {
        Path claude = RealAgent.require();
        RunSpool spool = RunSpool.create(temp.resolve("spool"), TaskId.of(taskId), new RunId(UUID.randomUUID()));
        Launch launch = Launch.start(
                spool,
                1,
                new LaunchSpec(
                        List.of(
                                claude.toString(),
                                "--output-format=stream-json",
                                "--input-format=stream-json",
                                "--verbose"),
                        home,
                        RealAgent.environment(model, home)),
                Optional.empty());
        try {
            // It answers although it was told nothing yet, waits on, and takes its first message late.
            Await.until(PATIENCE, "the agent", () -> launch.state() instanceof LaunchState.Running);
            launch.send(AgentInput.interrupt("first-sign"));
            Await.until(
                    PATIENCE,
                    "its answer",
                    () -> spool.tail(StreamName.STDOUT, 4096).contains("first-sign"));
            assertThat(launch.state()).isInstanceOf(LaunchState.Running.class);
            model.scenario(Scenario.says("Better late than never."));
            launch.send(AgentInput.userMessage("hello", UUID.randomUUID()));
            Await.until(
                    PATIENCE,
                    "its result",
                    () -> spool.tail(StreamName.STDOUT, 4096).contains("\"type\":\"result\""));
            Await.until(PATIENCE, "the end of its input", launch::endInput);
            Await.until(PATIENCE, "its end", () -> launch.state().isFinal());
            assertThat(launch.state()).isEqualTo(new LaunchState.Exited(0));
        } finally {
            launch.processes().terminate(Duration.ZERO);
        }
    }
}
