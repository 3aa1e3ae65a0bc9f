package dev.makima.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Executable;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people ask of a task's work, through server and daemon to git and back. */
class CommandsPathTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temp;

    private HostileAgent agents() throws Exception {
        return new HostileAgent(Files.createDirectory(temp.resolve("agents")));
    }

    private static JsonObject message(String text) {
        return new JsonObject().put("message", text);
    }

    @Test
    void aTasksWorkIsSeenSavedCopiedMergedProposedAndCleanedUp() throws Exception {
        String path = Executable.pullRequests(temp.resolve("tools"));
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        TestRepository origin = repository.bareClone(temp.resolve("origin.git"));
        Path agent = agents().script("writes", "first_line\ninit\necho x > new.txt\nresult ok\nuntil_end_of_input\n");
        try (WholeStack stack =
                new WholeStack(Files.createDirectory(temp.resolve("home")), agent, Map.of("PATH", path))) {
            String id = stack.start(new JsonObject()
                    .put("name", "a task")
                    .put("plan", "go")
                    .put("repositoryUrl", "file://" + origin.directory())
                    .put("completionAction", "none"));
            Path worktree = Path.of(stack.end(id, PATIENCE).getString("worktreePath"));
            String task = "/mesh/tasks/" + id;
            Files.writeString(worktree.resolve("more.txt"), "more\n");

            JsonObject info = stack.get(task + "/worktree");
            assertThat(info.getString("worktreePath")).isEqualTo(worktree.toString());
            assertThat(stack.get(task + "/diff").getString("diff")).contains("+x", "+more");
            assertThat(stack.get(task + "/diff?scope=worktree&file=more.txt").getString("diff"))
                    .contains("+more")
                    .doesNotContain("+x");
            assertThat(stack.get(task + "/file?path=more.txt").getString("content"))
                    .isEqualTo("more\n");
            stack.send("GET", task + "/file?path=none.txt", new JsonObject(), 404);

            JsonObject checkpoint = stack.send("POST", task + "/checkpoints", message("half"), 201);
            assertThat(checkpoint.getString("commitSha")).isNotBlank();
            assertThat(stack.get(task + "/checkpoints").getJsonArray("checkpoints"))
                    .hasSizeGreaterThan(0);
            Files.writeString(worktree.resolve("more.txt"), "more and more\n");
            stack.send("POST", task + "/commit", message("More of it"), 200);
            JsonObject refused = stack.send("POST", task + "/commit", message("Nothing"), 409);
            assertThat(refused.getString("message")).contains("nothing to commit");

            JsonObject patch = stack.send("POST", task + "/patch", new JsonObject(), 200);
            assertThat(patch.getString("patchContent")).contains("more and more");
            assertThat(stack.entries(id))
                    .extracting(entry -> entry.getString("messageType"))
                    .contains("checkpoint", "export_patch");

            Path copy = temp.resolve("copy");
            assertThat(stack.get(task + "/target-exists?targetDir=" + copy).getBoolean("exists"))
                    .isFalse();
            stack.send("POST", task + "/clone", new JsonObject().put("targetDir", copy.toString()), 200);
            assertThat(copy.resolve("more.txt")).hasContent("more and more");
            stack.send("POST", task + "/clone", new JsonObject().put("targetDir", copy.toString()), 409);
            assertThat(stack.get(task + "/branches").getJsonArray("branches")).isNotNull();
            assertThat(stack.get(task + "/merge").getBoolean("inProgress")).isFalse();

            JsonObject made = stack.send("POST", task + "/pr", new JsonObject().put("title", "T"), 200);
            assertThat(made.getString("prUrl")).isEqualTo("https://github.com/o/r/pull/17");
            assertThat(stack.get(task).getString("prUrl")).isEqualTo("https://github.com/o/r/pull/17");

            stack.send("POST", task + "/cleanup", new JsonObject().put("deleteBranch", true), 200);
            assertThat(worktree).doesNotExist();
            assertThat(stack.get(task).getString("worktreePath")).isNull();
            stack.send("GET", task + "/diff", new JsonObject(), 409);
        }
    }

    @Test
    void aTasksWorkIsMergedAndBroughtToAnotherTask() throws Exception {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        // Not checked out anywhere, so that it may move.
        repository.git("branch", "release");
        Path agent = agents().script("writes", "first_line\ninit\necho x > new.txt\nresult ok\nuntil_end_of_input\n");
        JsonObject task = new JsonObject()
                .put("name", "a task")
                .put("plan", "go")
                .put("repositoryUrl", repository.directory().toString())
                .put("completionAction", "none");
        try (WholeStack stack = new WholeStack(Files.createDirectory(temp.resolve("home")), agent, Map.of())) {
            String one = stack.start(task);
            stack.end(one, PATIENCE);
            JsonObject merged = stack.send(
                    "POST",
                    "/mesh/tasks/" + one + "/merge/target",
                    new JsonObject().put("targetBranch", "release").put("squash", true),
                    200);
            assertThat(merged.getBoolean("success")).as(merged.encode()).isTrue();
            assertThat(repository.content("release", "new.txt")).isEqualTo("x\n");

            String two = stack.start(task);
            Path place = Path.of(stack.end(two, PATIENCE).getString("worktreePath"));
            Files.writeString(
                    Path.of(stack.get("/mesh/tasks/" + one + "/worktree").getString("worktreePath"), "third.txt"),
                    "3\n");
            JsonObject applied = stack.send(
                    "POST", "/mesh/tasks/" + two + "/patch/apply", new JsonObject().put("sourceTaskId", one), 200);
            assertThat(applied.getBoolean("success")).as(applied.encode()).isTrue();
            assertThat(place.resolve("third.txt")).hasContent("3");
        }
    }

    @Test
    void anOrchestratorsAgentCallsMakimaAndMakesASubtask() throws Exception {
        // The first call of each lists, the subtask says only that it was there.
        Path agent = agents().script("calls", """
                first_line
                init
                if [ -n "$MAKIMA_API_KEY" ]; then
                    makima orchestrator list > list.json 2> error.txt
                    makima orchestrator create made "Do a part." > made.json 2>> error.txt
                    makima orchestrator status 00000000-0000-4000-8000-000000000000 2>> error.txt
                    echo "code $?" >> error.txt
                fi
                result ok
                until_end_of_input
                """);
        try (WholeStack stack = new WholeStack(Files.createDirectory(temp.resolve("home")), agent, Map.of())) {
            String whole = stack.send(
                            "POST",
                            "/mesh/tasks",
                            new JsonObject().put("name", "whole").put("plan", "go"),
                            201)
                    .getString("id");
            String part = stack.send(
                            "POST",
                            "/mesh/tasks",
                            new JsonObject()
                                    .put("name", "part")
                                    .put("plan", "go")
                                    .put("parentTaskId", whole),
                            201)
                    .getString("id");
            stack.send("POST", "/mesh/tasks/" + whole + "/start", new JsonObject(), 200);
            JsonObject ended = stack.end(whole, PATIENCE);
            assertThat(ended.getString("status")).isEqualTo("done");
            Path place = Path.of(ended.getString("worktreePath"));
            String errors = Files.readString(place.resolve("error.txt"));
            assertThat(new JsonObject(Files.readString(place.resolve("list.json"))).getJsonArray("tasks"))
                    .as(errors)
                    .extracting(task -> ((JsonObject) task).getString("id"))
                    .containsExactly(part);
            JsonObject made = new JsonObject(Files.readString(place.resolve("made.json")));
            assertThat(made.getString("parentTaskId")).as(errors).isEqualTo(whole);
            assertThat(errors).contains("code 3");
        }
    }
}
