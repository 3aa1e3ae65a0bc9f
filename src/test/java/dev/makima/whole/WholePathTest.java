package dev.makima.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.Executable;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestDatabase;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an agent prints, through the whole path into the server's database. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class WholePathTest {
    private final TestDatabase database;

    WholePathTest(TestDatabase database) {
        this.database = database;
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temp;

    private WholeStack stack(Path agent) throws Exception {
        return new WholeStack(Files.createDirectory(temp.resolve("home")), agent, database.variables());
    }

    private HostileAgent agents() throws Exception {
        return new HostileAgent(Files.createDirectory(temp.resolve("agents")));
    }

    private static JsonObject plan(String text) {
        return new JsonObject().put("name", "a task").put("plan", text);
    }

    @Test
    void everyByteIsStoredOnceAndInOrder() throws Exception {
        int lines = 20_000;
        try (WholeStack stack = stack(agents().lines(lines, 300))) {
            String id = stack.start(plan("go"));
            assertThat(stack.end(id, PATIENCE).getString("status")).isEqualTo("done");
            String stored = new String(stack.raw(id, "stdout"), StandardCharsets.UTF_8);
            String assistant = stored.lines()
                    .filter(line -> line.contains("\"type\":\"assistant\""))
                    .collect(Collectors.joining("\n"));
            assertThat(assistant)
                    .isEqualTo(HostileAgent.expectedLines(lines, 300).collect(Collectors.joining("\n")));
            assertThat(stack.entriesOfDone(id).stream()
                            .filter(entry -> "assistant".equals(entry.getString("messageType"))))
                    .hasSize(lines);
        }
    }

    @Test
    void aLineOfTwentyMegabytesArrivesWhole() throws Exception {
        try (WholeStack stack = stack(agents().hugeLine(20_000_000))) {
            String id = stack.start(plan("go"));
            assertThat(stack.end(id, PATIENCE).getString("status")).isEqualTo("done");
            byte[] stored = stack.raw(id, "stdout");
            assertThat(stored.length).isGreaterThan(20_000_000);
            List<JsonObject> huge = stack.entriesOfDone(id).stream()
                    .filter(entry -> "assistant".equals(entry.getString("messageType")))
                    .toList();
            assertThat(huge).hasSize(1);
            assertThat(huge.getFirst().getBoolean("truncated")).isTrue();
            assertThat(huge.getFirst().getLong("fullLength")).isGreaterThanOrEqualTo(19_000_000);
        }
    }

    @Test
    void bytesThatAreNoUtf8AreKeptAsTheyAreAndReplacedInEntries() throws Exception {
        try (WholeStack stack = stack(agents().invalidUtf8())) {
            String id = stack.start(plan("go"));
            assertThat(stack.end(id, PATIENCE).getString("status")).isEqualTo("done");
            byte[] stored = stack.raw(id, "stdout");
            assertThat(new String(stored, StandardCharsets.ISO_8859_1)).containsPattern("[\\x80-\\xff]");
            assertThat(stack.entriesOfDone(id))
                    .anyMatch(entry -> entry.getString("content", "").contains("\ufffd"));
        }
    }

    @Test
    void aPlanOfTwoMegabytesReachesTheAgent() throws Exception {
        Path agent = agents().script(
                        "counts",
                        "IFS= read -r line\ninit\nprintf '%s' \"$line\" | wc -c > size.txt\nresult ok\nuntil_end_of_input\n");
        try (WholeStack stack = stack(agent)) {
            String id = stack.start(plan("x".repeat(2_000_000)));
            JsonObject task = stack.end(id, PATIENCE);
            assertThat(task.getString("status"))
                    .as(task.getString("errorMessage"))
                    .isEqualTo("done");
            long size = Long.parseLong(Files.readString(Path.of(task.getString("worktreePath"), "size.txt"))
                    .strip());
            assertThat(size).isGreaterThan(2_000_000);
        }
    }

    @Test
    void anInterruptedTaskEndsAndSaysWhereItsWorkIs() throws Exception {
        try (WholeStack stack = stack(agents().silent())) {
            String id = stack.start(plan("go"));
            Await.until(
                    PATIENCE,
                    "running",
                    () -> "running".equals(stack.get("/mesh/tasks/" + id).getString("status")));
            stack.send("POST", "/mesh/tasks/" + id + "/stop", new JsonObject().put("graceful", false), 200);
            JsonObject task = stack.end(id, PATIENCE);
            assertThat(task.getString("status")).isEqualTo("interrupted");
            Await.until(
                    PATIENCE,
                    "the place of the work",
                    () -> stack.get("/mesh/tasks/" + id).getString("worktreePath") != null);
        }
    }

    @Test
    void aMessageReachesTheAgentThroughTheServer() throws Exception {
        Path agent = agents().script(
                        "two",
                        "first_line\ninit\nsays waiting\nIFS= read -r more\nsays 'got more'\nresult ok\nuntil_end_of_input\n");
        try (WholeStack stack = stack(agent)) {
            String id = stack.start(plan("go"));
            Await.until(
                    PATIENCE,
                    "the agent waits",
                    () -> stack.entries(id).stream()
                            .anyMatch(entry -> entry.getString("content", "").contains("waiting")));
            stack.send("POST", "/mesh/tasks/" + id + "/message", new JsonObject().put("message", "more"), 202);
            assertThat(stack.end(id, PATIENCE).getString("status")).isEqualTo("done");
            assertThat(stack.entriesOfDone(id))
                    .anyMatch(entry -> entry.getString("content", "").contains("got more"));
        }
    }

    /** As the real one: it ends for want of a login, and is logged in by a command of its own. */
    private static final String NEEDS_LOGIN = """
            state='STATE'
            if [ "$1" = auth ]; then
                echo 'visit: https://claude.com/cai/oauth/authorize?state=x'
                IFS= read -r code
                touch "$state"
                exit 0
            fi
            first_line
            init
            if [ -e "$state" ]; then
                result ok
            else
                printf '%s\\n' '{"type":"assistant","message":{"content":[]},"error":"authentication_failed"}'
                printf '%s\\n' '{"type":"result","subtype":"success","is_error":true,"result":"Not logged in"}'
            fi
            until_end_of_input
            [ -e "$state" ]
            """;

    @Test
    void aTaskWhoseAgentIsNotLoggedInSaysWhereAndGoesOnWithTheCodeOfAMessage() throws Exception {
        Path agent = agents().script(
                        "needs-login",
                        NEEDS_LOGIN.replace("STATE", temp.resolve("in").toString()));
        try (WholeStack stack = stack(agent)) {
            String id = stack.start(plan("go"));
            Await.until(
                    PATIENCE,
                    "the address",
                    () -> stack.entries(id).stream()
                            .anyMatch(entry -> "auth_required".equals(entry.getString("messageType"))));
            Await.until(
                    PATIENCE,
                    "blocked",
                    () -> "blocked".equals(stack.get("/mesh/tasks/" + id).getString("status")));
            stack.send("POST", "/mesh/tasks/" + id + "/message", new JsonObject().put("message", "AUTH_CODE:a#b"), 202);
            assertThat(stack.end(id, PATIENCE).getString("status")).isEqualTo("done");
            assertThat(stack.get("/history?kind=login_needed").getJsonArray("history"))
                    .hasSize(1);
            assertThat(stack.entriesOfDone(id).toString()).doesNotContain("a#b");
        }
    }

    @Test
    void modelAndTimeLimitReachTheAgent() throws Exception {
        Path agent =
                agents().script("obeys", "printf '%s ' \"$@\" > arguments.txt\nfirst_line\ninit\nexec sleep 600\n");
        try (WholeStack stack = stack(agent)) {
            String id = stack.start(plan("go").put("model", "small-model").put("timeoutSecs", 1));
            JsonObject task = stack.end(id, PATIENCE);
            assertThat(task.getString("status")).isEqualTo("failed");
            assertThat(task.getString("errorMessage")).contains("timed out after 1 s");
            assertThat(Files.readString(Path.of(task.getString("worktreePath"), "arguments.txt")))
                    .contains("--model small-model");
        }
    }

    @Test
    void aTaskEndsAsAMergeOrAsAPullRequest() throws Exception {
        String path = Executable.pullRequests(temp.resolve("tools"));
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        TestRepository origin = repository.bareClone(temp.resolve("origin.git"));
        Path agent = agents().script("writes", "first_line\ninit\necho x > new.txt\nresult ok\nuntil_end_of_input\n");
        try (WholeStack stack =
                new WholeStack(Files.createDirectory(temp.resolve("home")), agent, Map.of("PATH", path))) {
            JsonObject merged = stack.end(
                    stack.start(plan("go")
                            .put("repositoryUrl", repository.directory().toString())
                            .put("targetRepoPath", repository.directory().toString())
                            .put("targetBranch", "main")
                            .put("completionAction", "merge")),
                    PATIENCE);
            assertThat(merged.getString("branch")).as(merged.encode()).isEqualTo("main");
            assertThat(merged.getString("commitSha")).isEqualTo(repository.head());
            assertThat(repository.content("main", "new.txt")).isEqualTo("x\n");
            JsonObject asked = stack.end(
                    stack.start(plan("go")
                            .put("repositoryUrl", "file://" + origin.directory())
                            .put("completionAction", "pr")),
                    PATIENCE);
            assertThat(asked.getString("prUrl")).as(asked.encode()).isEqualTo("https://github.com/o/r/pull/17");
            assertThat(origin.content(asked.getString("branch"), "new.txt")).isEqualTo("x\n");
        }
    }

    @Test
    void aTaskGoesOnFromAnotherWithAFileOfItsParentThroughTheServer() throws Exception {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        Path agent = agents().script("grows", "first_line\ninit\necho x >> grown\nresult ok\nuntil_end_of_input\n");
        try (WholeStack stack = stack(agent)) {
            JsonObject task =
                    plan("go").put("repositoryUrl", repository.directory().toString());
            String first = stack.start(task);
            Path parent = Path.of(stack.end(first, PATIENCE).getString("worktreePath"));
            Files.writeString(parent.resolve(".git-free.env"), "secret");
            JsonObject second = stack.end(
                    stack.start(task.copy()
                            .put("continueFromTaskId", first)
                            .put("parentTaskId", first)
                            .put("copyFiles", new JsonArray().add(".git-free.env"))),
                    PATIENCE);
            Path place = Path.of(second.getString("worktreePath"));
            assertThat(place).isNotEqualTo(parent);
            assertThat(place.resolve("grown")).hasContent("x\nx");
            assertThat(place.resolve(".git-free.env")).hasContent("secret");
        }
    }
}
