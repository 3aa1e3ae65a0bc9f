package dev.makima.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hostile agents do what they are said to do; otherwise the tests that use them prove nothing. */
class HostileAgentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String HELLO = user("hello \"you\" \\ ☃\nline two");

    @TempDir
    Path directory;

    private HostileAgent agents;

    private record Outcome(int code, List<String> lines, String errors) {}

    @BeforeEach
    void prepare() {
        agents = new HostileAgent(directory);
    }

    @Test
    void allOfThemAnswerTheQuestionForTheirVersion() throws Exception {
        for (Path agent : List.of(
                agents.exitsAtOnce(3, "no"),
                agents.printsGarbage(),
                agents.invalidUtf8(),
                agents.hugeLine(10),
                agents.silent(),
                agents.neverReadsStdin(),
                agents.lines(1, 300),
                agents.echoes(),
                agents.ignoresTerm(),
                agents.failsWithResult("no"),
                agents.diesInMidLine(),
                agents.staysAfterItsEnd(),
                agents.recordsItself(),
                agents.forksGrandchildren())) {
            Process process = new ProcessBuilder(agent.toString(), "--version").start();
            assertThat(process.inputReader().readLine()).startsWith("2.1.329");
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void theExitCodeAndTheErrorTextAreThoseAskedFor() throws Exception {
        Outcome outcome = run(agents.exitsAtOnce(7, "it's \"broken\" $HOME\n"), "");
        assertThat(outcome).isEqualTo(new Outcome(7, List.of(), "it's \"broken\" $HOME\n"));
    }

    @Test
    void echoesAnswersEveryMessageAndControlRequests() throws Exception {
        Outcome outcome = run(
                agents.echoes(),
                HELLO
                        + "{\"type\":\"control_request\",\"request_id\":\"r1\",\"request\":{\"subtype\":\"interrupt\"}}\n"
                        + user("again"));
        assertThat(outcome.code()).isZero();
        List<JsonObject> events = outcome.lines().stream().map(JsonObject::new).toList();
        assertThat(events)
                .extracting(event -> event.getString("type"))
                .containsExactly("system", "assistant", "result", "control_response", "system", "assistant", "result");
        assertThat(events.get(2).getString("result")).isEqualTo("hello \"you\" \\ ☃\nline two");
        assertThat(events.get(3).getJsonObject("response").getString("request_id"))
                .isEqualTo("r1");
        assertThat(events.get(6).getString("result")).isEqualTo("again");
    }

    @Test
    void linesPrintsExactlyWhatIsExpected() throws Exception {
        Outcome outcome = run(agents.lines(5_000, 400), HELLO);
        assertThat(outcome.lines())
                .hasSize(5_001)
                .first()
                .satisfies(line -> assertThat(line).hasSize(400));
        assertThat(OutputTally.of(outcome.lines().stream().limit(5_000)))
                .isEqualTo(OutputTally.of(HostileAgent.expectedLines(5_000, 400)));
        assertThat(new JsonObject(outcome.lines().getFirst()).getString("type")).isEqualTo("assistant");
        assertThat(new JsonObject(outcome.lines().getLast()).getString("type")).isEqualTo("result");
    }

    @Test
    void failingDyingAndRecordingAgentsDoSo() throws Exception {
        Outcome failed = run(agents.failsWithResult("API Error: 500"), HELLO);
        assertThat(failed.code()).isEqualTo(1);
        assertThat(new JsonObject(failed.lines().getLast()).getBoolean("is_error"))
                .isTrue();
        Outcome dead = run(agents.diesInMidLine(), HELLO);
        assertThat(dead.code()).isEqualTo(137);
        assertThat(dead.lines().getLast()).endsWith("\"te");
        assertThat(run(agents.recordsItself(), HELLO).code()).isZero();
        assertThat(directory.resolve("environment")).content().contains("PATH=");
        assertThat(directory.resolve("arguments")).exists();
    }

    @Test
    void hugeLineIsOneLineOfThatSize() throws Exception {
        Outcome outcome = run(agents.hugeLine(3_000_000), HELLO);
        assertThat(outcome.lines()).hasSize(3);
        assertThat(new JsonObject(outcome.lines().get(1))
                        .getJsonObject("message")
                        .getJsonArray("content")
                        .getJsonObject(0)
                        .getString("text"))
                .hasSize(3_000_000);
    }

    @Test
    void garbageAndInvalidBytesStandBeforeAGoodResult() throws Exception {
        assertThat(run(agents.printsGarbage(), HELLO).lines().getLast()).contains("survived");
        Path out = directory.resolve("bytes");
        Process process = new ProcessBuilder(agents.invalidUtf8().toString())
                .redirectOutput(out.toFile())
                .start();
        try (Writer stdin = process.outputWriter(StandardCharsets.UTF_8)) {
            stdin.write(HELLO);
        }
        assertThat(process.waitFor()).isZero();
        byte[] bytes = Files.readAllBytes(out);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("\u00ff\u00fe \u00c3\"", "\n\u0000\n");
        assertThat(new String(bytes, StandardCharsets.UTF_8)).contains("valid again: café ☃ 🚀");
    }

    @Test
    void silentNeitherSpeaksNorEndsAndIgnoresTermOutlivesTerm() throws Exception {
        Process silent = new ProcessBuilder(agents.silent().toString()).start();
        silent.getOutputStream().close();
        Process stubborn = new ProcessBuilder(agents.ignoresTerm().toString()).start();
        try {
            assertThat(stubborn.inputReader().readLine()).contains("init");
            // All that it prints is read first: destroy() closes the pipe too, and a later write would end it.
            assertThat(stubborn.inputReader().readLine()).contains("try to stop me");
            stubborn.destroy();
            assertThat(stubborn.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(silent.isAlive()).isTrue();
            assertThat(silent.getInputStream().available()).isZero();
        } finally {
            for (Process process : List.of(silent, stubborn)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    @Test
    void grandchildrenOutliveTheAgent() throws Exception {
        try {
            Path out = directory.resolve("out");
            Process process = new ProcessBuilder(agents.forksGrandchildren().toString())
                    .redirectOutput(out.toFile())
                    .start();
            try (Writer stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(HELLO);
            }
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(agents.grandchildren()).hasSize(3).allMatch(Await::alive);
        } finally {
            agents.killGrandchildren();
        }
        agents.grandchildren().forEach(pid -> Await.gone(pid, PATIENCE));
    }

    private Outcome run(Path agent, String input) throws IOException, InterruptedException {
        Path errors = directory.resolve("errors");
        Process process = new ProcessBuilder(agent.toString())
                .redirectError(errors.toFile())
                .start();
        try (Writer stdin = process.outputWriter(StandardCharsets.UTF_8)) {
            stdin.write(input);
        }
        List<String> lines;
        try (Stream<String> read =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()) {
            lines = read.toList();
        }
        return new Outcome(process.waitFor(), lines, Files.readString(errors));
    }

    private static String user(String text) {
        return new JsonObject()
                        .put("type", "user")
                        .put("message", new JsonObject().put("role", "user").put("content", text))
                        .encode()
                + "\n";
    }
}
