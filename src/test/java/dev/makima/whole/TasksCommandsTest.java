package dev.makima.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.TestSurroundings;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the command line about a task's work, through the whole path. */
class TasksCommandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temp;

    private TestSurroundings world(WholeStack stack) {
        return new TestSurroundings(temp).with("MAKIMA_API_URL", stack.url()).with("MAKIMA_API_KEY", stack.key());
    }

    private String printed(WholeStack stack, String... command) {
        TestSurroundings world = world(stack);
        assertThat(world.run(command))
                .as("%s: %s", Arrays.toString(command), world.err())
                .isZero();
        return world.out();
    }

    private JsonObject json(WholeStack stack, String... command) {
        return new JsonObject(printed(
                stack, Stream.concat(Stream.of(command), Stream.of("--json")).toArray(String[]::new)));
    }

    private WholeStack stack() throws Exception {
        Path agent = new HostileAgent(Files.createDirectory(temp.resolve("agents")))
                .script("writes", "first_line\ninit\necho x > new.txt\nresult ok\nuntil_end_of_input\n");
        return new WholeStack(Files.createDirectory(temp.resolve("home")), agent, Map.of());
    }

    private static String task(WholeStack stack, TestRepository repository) {
        String id = stack.start(new JsonObject()
                .put("name", "a task")
                .put("plan", "go")
                .put("repositoryUrl", repository.directory().toString())
                .put("completionAction", "none"));
        stack.end(id, PATIENCE);
        return id;
    }

    @Test
    void peopleSeeSaveMergeAndCleanUpTheWorkOfATask() throws Exception {
        TestRepository repository =
                TestRepository.create(temp.resolve("repository")).branch("release");
        try (WholeStack stack = stack()) {
            String id = task(stack, repository);
            String task = id.substring(0, 8);
            assertThat(printed(stack, "tasks", "diff", task)).contains("+++ b/new.txt", "\n+x\n");
            assertThat(json(stack, "tasks", "diff", task).getString("diff")).contains("+x");
            String worktree = stack.get("/mesh/tasks/" + id).getString("worktreePath");
            Files.writeString(Path.of(worktree, "more.txt"), "more\n");
            assertThat(printed(stack, "tasks", "worktree", task)).contains(worktree, "Branch", "more.txt");
            assertThat(printed(stack, "tasks", "diff", task, "--file", "more.txt"))
                    .contains("+more");
            assertThat(printed(stack, "tasks", "checkpoint", task, "half of it"))
                    .contains("Checkpoint 1 is commit ");
            assertThat(printed(stack, "tasks", "checkpoints", task))
                    .containsPattern("NUMBER(.|\\n)* s ago +half of it");
            Files.writeString(Path.of(worktree, "more.txt"), "more of it\n");
            assertThat(printed(stack, "tasks", "commit", task, "-m", "More")).contains("Committed as ");
            TestSurroundings again = world(stack);
            assertThat(again.run("tasks", "commit", task)).isEqualTo(1);
            assertThat(again.err()).contains("nothing to commit");
            assertThat(printed(stack, "tasks", "patch", task, "-o", "work.patch"))
                    .contains("work.patch");
            assertThat(temp.resolve("work.patch")).content().contains("+more of it");
            assertThat(printed(stack, "tasks", "branches", task)).contains("BRANCH");
            assertThat(printed(stack, "tasks", "merge", task, "--to", "release"))
                    .isNotBlank();
            assertThat(repository.content("release", "more.txt")).isEqualTo("more of it\n");
            Path copy = temp.resolve("copy");
            assertThat(printed(stack, "tasks", "clone", task, copy.toString())).contains(copy.toString());
            assertThat(printed(stack, "tasks", "retry-action", task, "--action", "branch"))
                    .isNotBlank();
            assertThat(printed(stack, "tasks", "cleanup", task)).isNotBlank();
            assertThat(Path.of(worktree)).doesNotExist();
            TestSurroundings late = world(stack);
            assertThat(late.run("tasks", "diff", task)).isEqualTo(1);
            assertThat(late.err())
                    .contains("cleaned up", "What it committed is on branch ")
                    .contains(stack.get("/mesh/tasks/" + id).getString("branch"));
        }
    }

    @Test
    void supervisorsSeeAndMergeTheWorkOfTheirTasks() throws Exception {
        TestRepository repository =
                TestRepository.create(temp.resolve("repository")).branch("release");
        try (WholeStack stack = stack()) {
            String self = task(stack, repository);
            String part = task(stack, repository);
            assertThat(supervisor(stack, self, "diff", part).getString("diff")).contains("+x");
            assertThat(supervisor(stack, self, "read-file", part, "new.txt").getString("content"))
                    .isEqualTo("x\n");
            assertThat(supervisor(stack, self, "merge", part, "--to", "release", "--squash")
                            .getBoolean("success"))
                    .isTrue();
            assertThat(supervisor(stack, self, "branch", "makima/whole", "--from", "main")
                            .getString("branchName"))
                    .isEqualTo("makima/whole");
            Files.writeString(
                    Path.of(stack.get("/mesh/tasks/" + self).getString("worktreePath"), "notes.txt"), "notes\n");
            assertThat(supervisor(stack, self, "checkpoint", "merged").getString("commitSha"))
                    .isNotBlank();
            assertThat(supervisor(stack, self, "checkpoints").getJsonArray("checkpoints"))
                    .isNotEmpty();
        }
    }

    private JsonObject supervisor(WholeStack stack, String self, String... command) {
        TestSurroundings world = world(stack).with("MAKIMA_TASK_ID", self);
        String[] whole =
                Stream.concat(Stream.of("supervisor"), Stream.of(command)).toArray(String[]::new);
        assertThat(world.run(whole))
                .as("%s: %s", Arrays.toString(whole), world.err())
                .isZero();
        return new JsonObject(world.out());
    }
}
