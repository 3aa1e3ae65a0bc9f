package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job with a server that knows nothing but the base protocol. */
class DaemonMainPathTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path temp;

    private Vertx vertx;
    private BaseServer server;
    private HostileAgent agents;
    private TestRepository repository;
    private final String taskId = UUID.randomUUID().toString();

    @BeforeEach
    void startServer() throws IOException {
        vertx = Vertx.vertx();
        server = BaseServer.start(vertx, DaemonHarness.KEY);
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        repository = TestRepository.create(temp.resolve("my repo ünï"), 3);
    }

    @AfterEach
    void stopServer() {
        server.close();
        vertx.close().await();
    }

    private DaemonHarness daemon(Path agent) {
        return daemon(agent, new JsonObject());
    }

    private DaemonHarness daemon(Path agent, JsonObject more) {
        DaemonHarness daemon = DaemonHarness.start(temp.resolve("home"), server.uri(), agent, more);
        server.awaitHandshakes(1, PATIENCE);
        return daemon;
    }

    private JsonObject spawn(String plan) {
        return BaseServer.spawnTask(taskId, "Write a greeting", plan)
                .put("repoUrl", repository.directory().toString());
    }

    private List<String> states() {
        return server.frames("taskStatusChange").stream()
                .filter(frame -> taskId.equals(frame.getString("taskId")))
                .map(frame -> frame.getString("oldStatus") + ">" + frame.getString("newStatus"))
                .toList();
    }

    private JsonObject end() {
        return server.await("taskComplete", taskId, PATIENCE);
    }

    @Test
    void aTaskEndsAsABranchOfTheRepository() {
        Path agent = agents.script("writes", """
                first_line
                init
                echo hello > greeting.txt
                says 'I wrote the greeting.'
                result 'done'
                until_end_of_input
                """);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawn("Write hello into greeting.txt")
                    .put("completionAction", "branch")
                    .put("targetRepoPath", repository.directory().toString()));

            assertThat(end().getBoolean("success")).isTrue();
            JsonObject result = server.await("completionActionResult", taskId, PATIENCE);
            assertThat(result.getBoolean("success")).as(result.encode()).isTrue();
            String branch = "makima/write-a-greeting-" + taskId.substring(0, 8);
            assertThat(result.getString("branch")).as(result.encode()).isEqualTo(branch);
            assertThat(repository.content(branch, "greeting.txt")).isEqualTo("hello\n");
            assertThat(repository.isClean()).isTrue();
            assertThat(states()).containsExactly("pending>initializing", "initializing>starting", "starting>running");
            assertThat(server.lines(taskId)).anyMatch(line -> line.contains("I wrote the greeting."));
            assertThat(server.mistakes()).isEmpty();
        }
    }

    @Test
    void theLastWordsOfAnAgentAreToldHoweverSoonTheyComeAfterItsFirst() throws IOException {
        Path agent = agents.script("hurries", """
                first_line
                init
                says 'I begin.'
                while [ ! -e '%s' ]; do sleep 0.02; done
                says 'It is all written.'
                result 'done'
                until_end_of_input
                """.formatted(temp.resolve("heard")));
        DaemonTimers timers = DaemonHarness.tellingProgressEvery(Duration.ofDays(1));
        try (DaemonHarness _ =
                DaemonHarness.start(temp.resolve("home"), server.uri(), agent, new JsonObject(), timers)) {
            server.awaitHandshakes(1, PATIENCE);
            server.send(spawn("go"));
            assertThat(server.await("taskProgress", taskId, PATIENCE).getString("summary"))
                    .isEqualTo("I begin.");
            Files.createFile(temp.resolve("heard"));
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(server.frames("taskProgress").getLast().getString("summary"))
                    .isEqualTo("It is all written.");
        }
    }

    @Test
    void outputComesBeforeTheEndOfTheTaskAndIsComplete() {
        try (DaemonHarness _ = daemon(agents.lines(5000, 300))) {
            server.send(spawn("go"));
            assertThat(end().getBoolean("success")).isTrue();
            List<String> assistant = server.lines(taskId).stream()
                    .filter(line -> line.contains("\"type\":\"assistant\""))
                    .toList();
            assertThat(assistant)
                    .containsExactlyElementsOf(
                            HostileAgent.expectedLines(5000, 300).toList());
            List<JsonObject> frames = server.frames();
            int last = frames.size() - 1;
            while (!"taskComplete".equals(frames.get(last).getString("type"))) {
                last--;
            }
            assertThat(frames.subList(last, frames.size()))
                    .noneMatch(frame -> "taskOutput".equals(frame.getString("type")));
        }
    }

    @Test
    void aFollowUpMessageReachesTheWorkingAgent() {
        Path agent = agents.script("waits-for-two", """
                first_line
                init
                says 'waiting'
                IFS= read -r second
                says 'got the second'
                result 'both'
                until_end_of_input
                """);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawn("first"));
            server.await(frame -> frame.getString("output", "").contains("waiting"), PATIENCE);
            server.send(new JsonObject()
                    .put("type", "sendMessage")
                    .put("taskId", taskId)
                    .put("message", "line one\nline \"two\" ☃"));
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(server.lines(taskId)).anyMatch(line -> line.contains("got the second"));
        }
    }

    @Test
    void anAgentThatFailsAtOnceIsReportedWithItsCodeAndItsWords() {
        try (DaemonHarness _ = daemon(agents.exitsAtOnce(3, "no such model: foo"))) {
            server.send(spawn("go"));
            JsonObject end = end();
            assertThat(end.getBoolean("success")).isFalse();
            assertThat(end.getString("error")).contains("exit code 3").contains("no such model: foo");
        }
    }

    @Test
    void garbageAmongTheOutputHarmsNothingAndArrives() {
        try (DaemonHarness _ = daemon(agents.printsGarbage())) {
            server.send(spawn("go"));
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(server.lines(taskId))
                    .contains("this is not JSON", "[stderr] noise on the other stream")
                    .anyMatch(line -> line.contains("\u001b[31mred"));
        }
    }

    @Test
    void anAgentThatEndsWithoutAResultFailsThoughItsExitCodeIsZero() {
        Path agent = agents.script("no-result", "first_line\ninit\nsays 'bye'\nexit 0\n");
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawn("go"));
            assertThat(end().getString("error")).contains("without a result");
        }
    }

    @Test
    void aMissingAgentIsReportedWithItsCure() {
        try (DaemonHarness _ = daemon(temp.resolve("no-such-agent"))) {
            server.send(spawn("go"));
            assertThat(end().getString("error")).contains("no-such-agent").contains("process.claudeCommand");
        }
    }

    @Test
    void aDirectoryThatIsNoRepositoryIsReported() {
        try (DaemonHarness _ = daemon(agents.echoes())) {
            server.send(spawn("go").put("repoUrl", temp.toString()));
            assertThat(end().getString("error")).contains(temp.toString()).contains("repository");
        }
    }

    @Test
    void aTaskWithoutARepositoryWorksInADirectoryOfItsOwn() {
        Path agent = agents.script("says-where", "first_line\ninit\nsays \"$(pwd)\"\nresult ok\nuntil_end_of_input\n");
        try (DaemonHarness daemon = daemon(agent)) {
            JsonObject spawn = spawn("go");
            spawn.remove("repoUrl");
            server.send(spawn);
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(server.lines(taskId))
                    .anyMatch(line -> line.contains(daemon.home()
                            .resolve("temp")
                            .resolve("task-" + taskId)
                            .toString()));
        }
    }

    @Test
    void anInterruptedTaskEndsInterruptedAndWithoutTaskComplete() {
        try (DaemonHarness _ = daemon(agents.silent())) {
            server.send(spawn("go"));
            server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            server.send(new JsonObject()
                    .put("type", "interruptTask")
                    .put("taskId", taskId)
                    .put("graceful", false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
            server.send(new JsonObject().put("type", "checkTargetExists").put("taskId", taskId));
            assertThat(server.frames("taskComplete")).isEmpty();
        }
    }

    @Test
    void aTaskBeyondTheLimitIsRefusedWithTheLimit() {
        JsonObject one = new JsonObject().put("process", new JsonObject().put("maxConcurrentTasks", 1));
        try (DaemonHarness _ = daemon(agents.silent(), one)) {
            server.send(spawn("go"));
            server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            String second = UUID.randomUUID().toString();
            server.send(BaseServer.spawnTask(second, "second", "go"));
            JsonObject refused = server.await("taskComplete", second, PATIENCE);
            assertThat(refused.getString("code")).isEqualTo("CONCURRENCY_LIMIT");
            assertThat(refused.getString("error")).contains("1 of 1");
            interrupt();
        }
    }

    @Test
    void anActiveTaskIsNotStartedTwice() {
        try (DaemonHarness _ = daemon(agents.silent())) {
            server.send(spawn("go"));
            server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            server.send(spawn("again"));
            server.await(
                    frame -> "running".equals(frame.getString("oldStatus"))
                            && "running".equals(frame.getString("newStatus")),
                    PATIENCE);
            server.await(frame -> frame.getString("output", "").contains("was to be started again"), PATIENCE);
            assertThat(server.frames("taskComplete")).isEmpty();
            interrupt();
        }
    }

    @Test
    void heartbeatsNameTheActiveTasks() {
        try (DaemonHarness _ = daemon(agents.silent())) {
            server.send(spawn("go"));
            server.await(
                    frame -> "heartbeat".equals(frame.getString("type"))
                            && frame.getJsonArray("activeTasks").contains(taskId),
                    PATIENCE);
            interrupt();
            // Those from before the task named none either.
            Await.until(
                    PATIENCE,
                    "a heartbeat without it",
                    () -> BaseServer.activeTasks(server.frames("heartbeat").getLast())
                            .isEmpty());
        }
    }

    @Test
    void aCommandThatCannotBeDoneOrIsNotKnownIsAnswered() {
        try (DaemonHarness _ = daemon(agents.echoes())) {
            server.send(new JsonObject().put("type", "getTaskDiff").put("taskId", taskId));
            JsonObject answer = server.await("taskDiff", taskId, PATIENCE);
            assertThat(answer.getBoolean("success")).isFalse();
            server.send(new JsonObject().put("type", "brewCoffee").put("taskId", taskId));
            assertThat(server.await("taskOutput", taskId, PATIENCE).getString("output"))
                    .contains("brewCoffee");
        }
    }

    private void interrupt() {
        server.send(new JsonObject()
                .put("type", "interruptTask")
                .put("taskId", taskId)
                .put("graceful", false));
        server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
    }
}
