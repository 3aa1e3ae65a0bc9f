package dev.makima.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real agent against the scripted model: what every end-to-end test rests on. */
class RealAgentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Process> started = new ArrayList<>();
    private Vertx vertx;
    private Path home;
    private Path work;

    @BeforeEach
    void prepare(@TempDir Path directory) throws IOException {
        vertx = Vertx.vertx();
        home = Files.createDirectory(directory.resolve("home"));
        work = Files.createDirectory(directory.resolve("work"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly();
            process.waitFor(5, TimeUnit.SECONDS);
        }
        Await.value(vertx.close(), PATIENCE);
    }

    @Test
    void theAgentWritesTheFileThatTheModelAsksForAndEndsAtEndOfInput() throws Exception {
        Path claude = RealAgent.require();
        try (ScriptedModel model = ScriptedModel.start(vertx, Scenario.writes("hello.txt", "scripted\n"))) {
            Process agent = start(RealAgent.builder(claude, model, home, work));
            try (Writer stdin = agent.outputWriter(StandardCharsets.UTF_8);
                    BufferedReader stdout = agent.inputReader(StandardCharsets.UTF_8)) {
                stdin.write(userLine("write it"));
                stdin.flush();
                JsonObject result = firstOfType(stdout, "result");
                assertThat(result.getBoolean("is_error")).isFalse();
                assertThat(result.getString("result")).isEqualTo("Written.");
            }
            assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(agent.exitValue()).isZero();
            assertThat(work.resolve("hello.txt")).hasContent("scripted\n");
            assertThat(model.messages()).extracting(ModelRequest::prompt).contains("write it");
            assertThat(model.messages().getFirst().key()).isEqualTo(RealAgent.API_KEY);
        }
    }

    @Test
    void theAgentDoesNotHangWithOpenInputNoTerminalAndBothOutputsInFiles() throws Exception {
        Path claude = RealAgent.require();
        try (ScriptedModel model = ScriptedModel.start(vertx, Scenario.says("unused"))) {
            Path out = work.resolve("out");
            Path err = work.resolve("err");
            Process agent = start(RealAgent.builder(claude, model, home, work)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile()));
            try (Writer stdin = agent.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(userLine("@@mock tools {\"k\":2}@@ go"));
                stdin.flush();
                // Standard input stays open here: the turn must end all the same.
                Await.until(
                        PATIENCE,
                        "a result line in the output file",
                        () -> content(out).contains("\"type\":\"result\""));
            }
            assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(agent.exitValue()).isZero();
            assertThat(work.resolve("steps.txt")).hasContent("step-1\nstep-2\n");
            assertThat(content(out)).contains("All steps done.");
            assertThat(content(err)).isEmpty();
        }
    }

    @Test
    void aHeldStepWaitsForItsReleaseAndAnErrorIsMetOnlySoManyTimes() throws Exception {
        Path claude = RealAgent.require();
        Scenario scenario = Scenario.of(Step.text("After all.")
                .error(529, "overloaded_error", "Overloaded")
                .times(1)
                .hold());
        try (ScriptedModel model = ScriptedModel.start(vertx, scenario)) {
            Process agent = start(RealAgent.builder(claude, model, home, work));
            try (Writer stdin = agent.outputWriter(StandardCharsets.UTF_8);
                    BufferedReader stdout = agent.inputReader(StandardCharsets.UTF_8)) {
                stdin.write(userLine("wait for it"));
                stdin.flush();
                model.awaitHeld(1, PATIENCE);
                model.release();
                assertThat(firstOfType(stdout, "system", "api_retry").getInteger("error_status"))
                        .isEqualTo(529);
                model.awaitHeld(1, PATIENCE);
                assertThat(agent.isAlive()).isTrue();
                model.release();
                assertThat(firstOfType(stdout, "result").getString("result")).isEqualTo("After all.");
            }
            assertThat(model.messages()).extracting(ModelRequest::attempt).contains(1, 2);
        }
    }

    @Test
    void theNextPromptGetsTheNextRound() throws Exception {
        Path claude = RealAgent.require();
        Scenario scenario = Scenario.of(Step.text("One.").gate(false, "more \"to\" do"))
                .nextRound(Step.text("Two.").gate(true, "finished"));
        try (ScriptedModel model = ScriptedModel.start(vertx, scenario)) {
            Process agent = start(RealAgent.builder(claude, model, home, work));
            try (Writer stdin = agent.outputWriter(StandardCharsets.UTF_8);
                    BufferedReader stdout = agent.inputReader(StandardCharsets.UTF_8)) {
                stdin.write(userLine("first"));
                stdin.flush();
                assertThat(firstOfType(stdout, "result").getString("result"))
                        .isEqualTo("One.\n<COMPLETION_GATE>\nready: false\nreason: \"more \\\"to\\\" do\"\n"
                                + "</COMPLETION_GATE>");
                stdin.write(userLine("second"));
                stdin.flush();
                assertThat(firstOfType(stdout, "result").getString("result"))
                        .startsWith("Two.")
                        .contains("ready: true");
            }
        }
    }

    @Test
    void theScenarioGoesOnWhereItWasAfterTheAgentWasKilledAndResumed() throws Exception {
        Path claude = RealAgent.require();
        Scenario scenario = Scenario.of(
                        Step.text("Working.").tool(ToolCall.bash("echo one >> log.txt")),
                        Step.text("never said").hold())
                .nextRound(Step.text("Resumed."));
        String session = "5e551011-0000-4000-8000-000000000002";
        try (ScriptedModel model = ScriptedModel.start(vertx, scenario)) {
            Process first = start(RealAgent.builder(claude, model, home, work, "--session-id", session));
            try (Writer stdin = first.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(userLine("start"));
                stdin.flush();
                model.awaitHeld(1, PATIENCE);
                first.destroyForcibly().waitFor();
            }
            Process second = start(RealAgent.builder(claude, model, home, work, "--resume", session));
            try (Writer stdin = second.outputWriter(StandardCharsets.UTF_8);
                    BufferedReader stdout = second.inputReader(StandardCharsets.UTF_8)) {
                stdin.write(userLine("go on"));
                stdin.flush();
                assertThat(firstOfType(stdout, "result").getString("result")).isEqualTo("Resumed.");
            }
            assertThat(work.resolve("log.txt")).hasContent("one\n");
        }
    }

    private Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static String userLine(String text) {
        return new JsonObject()
                        .put("type", "user")
                        .put("message", new JsonObject().put("role", "user").put("content", text))
                        .encode()
                + "\n";
    }

    private static JsonObject firstOfType(BufferedReader stdout, String type) throws IOException {
        return firstOfType(stdout, type, "");
    }

    private static JsonObject firstOfType(BufferedReader stdout, String type, String subtype) throws IOException {
        List<String> before = new ArrayList<>();
        for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
            JsonObject event = new JsonObject(line);
            if (type.equals(event.getString("type"))
                    && (subtype.isEmpty() || subtype.equals(event.getString("subtype")))) {
                return event;
            }
            before.add(line);
        }
        throw new AssertionError("No " + type + " line among " + before);
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
