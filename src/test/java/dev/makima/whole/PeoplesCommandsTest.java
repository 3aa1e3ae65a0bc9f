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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of people that need a daemon or a history behind the server, for real. */
class PeoplesCommandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temp;

    private TestSurroundings world(WholeStack stack) {
        return new TestSurroundings(temp).with("MAKIMA_API_URL", stack.url()).with("MAKIMA_API_KEY", stack.key());
    }

    private String printed(WholeStack stack, String... command) {
        TestSurroundings world = world(stack);
        assertThat(world.run(command))
                .as("%s: %s%s", Arrays.toString(command), world.out(), world.err())
                .isZero();
        return world.out();
    }

    private WholeStack stack() throws Exception {
        Path agent = new HostileAgent(Files.createDirectory(temp.resolve("agents"))).script("writes", """
                IFS= read -r line
                init
                says 'a needle in the haystack'
                case "$line" in *ONE*) echo one > same.txt ;; *) echo two > same.txt ;; esac
                git add -A
                git -c user.name=a -c user.email=a@example.org commit -q -m work
                result ok
                until_end_of_input
                """);
        return new WholeStack(Files.createDirectory(temp.resolve("home")), agent, Map.of());
    }

    private static JsonObject ended(WholeStack stack, TestRepository repository, String plan) {
        String id = stack.start(new JsonObject()
                .put("name", plan)
                .put("plan", plan)
                .put("repositoryUrl", repository.directory().toString())
                .put("completionAction", "none"));
        return stack.end(id, PATIENCE);
    }

    @Test
    void aBranchIsMergedStepByStep() throws Exception {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (WholeStack stack = stack()) {
            JsonObject one = ended(stack, repository, "ONE");
            JsonObject two = ended(stack, repository, "TWO");
            String task = one.getString("id").substring(0, 8);
            assertThat(printed(stack, "merges", "status", task)).contains("No merge is under way");
            TestSurroundings conflicting = world(stack);
            assertThat(conflicting.run("merges", "start", task, two.getString("branch")))
                    .as(conflicting.err())
                    .isEqualTo(1);
            assertThat(conflicting.out()).contains("same.txt");
            assertThat(printed(stack, "merges", "status", task)).contains("is under way", "  same.txt");
            TestSurroundings early = world(stack);
            assertThat(early.run("merges", "commit", task, "Merge")).isEqualTo(1);
            printed(stack, "merges", "resolve", task, "same.txt", "theirs");
            printed(stack, "merges", "commit", task, "Merge TWO");
            assertThat(Path.of(one.getString("worktreePath"), "same.txt"))
                    .content()
                    .isEqualTo("two\n");
            assertThat(printed(stack, "merges", "check", task)).contains("0 open");
            TestSurroundings over = world(stack);
            assertThat(over.run("merges", "abort", task)).isEqualTo(1);
            assertThat(over.err()).isNotBlank();
        }
    }

    @Test
    void daemonsAreShownRestartedAndTaughtWhoCommits() throws Exception {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (WholeStack stack = stack()) {
            JsonObject daemon =
                    stack.get("/mesh/daemons").getJsonArray("daemons").getJsonObject(0);
            String host = daemon.getString("hostname");
            String brief = daemon.getString("id").substring(0, 8);
            assertThat(printed(stack, "daemons", "show", brief))
                    .contains(daemon.getString("id"), "connected", "claude");
            assertThat(new JsonObject(printed(stack, "daemons", "show", host, "--json")).getString("id"))
                    .isEqualTo(daemon.getString("id"));
            assertThat(printed(
                            stack,
                            "daemons",
                            "git-config",
                            brief,
                            "--from",
                            repository.directory().toString()))
                    .contains("It commits as ");
            TestSurroundings unknown = world(stack);
            assertThat(unknown.run("daemons", "show", "00000000")).isEqualTo(3);
            assertThat(unknown.err()).contains("no daemon begins with 00000000", "makima daemons list");
        }
    }

    @Test
    void whatWasSaidIsFoundAndWhatItCostIsSummedUp() throws Exception {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (WholeStack stack = stack()) {
            String id = ended(stack, repository, "ONE").getString("id");
            stack.entriesOfDone(id);
            String brief = id.substring(0, 8);
            assertThat(printed(stack, "tasks", "search", "NEEDLE", "in")).contains(brief, "a needle in the haystack");
            assertThat(printed(stack, "tasks", "search", "--task", brief, "needle"))
                    .contains("a needle in the haystack");
            assertThat(printed(stack, "tasks", "search", "nowhere to be seen")).contains("Not found.");
            assertThat(printed(stack, "usage")).contains("DAY", "in all", "$0.0001");
            assertThat(printed(stack, "usage", "--by", "task")).contains(brief, "ONE");
            assertThat(new JsonObject(printed(stack, "usage", "--by", "contract", "--json")).getString("by"))
                    .isEqualTo("contract");
        }
    }

    @Test
    void tasksAreChangedContinuedRetriedAndDeleted() throws Exception {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (WholeStack stack = stack()) {
            String id = ended(stack, repository, "ONE").getString("id");
            String next = printed(stack, "tasks", "continue", id.substring(0, 8), "And", "TWO")
                    .strip();
            assertThat(stack.get("/mesh/tasks/" + next).getString("continueFromTaskId"))
                    .isEqualTo(id);
            assertThat(stack.end(next, PATIENCE).getString("status")).isEqualTo("done");
            TestSurroundings whole = world(stack);
            assertThat(whole.run("tasks", "retry", next)).as("what is done").isEqualTo(1);
            printed(stack, "tasks", "update", next, "--name", "Better", "--priority", "7");
            assertThat(stack.get("/mesh/tasks/" + next).getInteger("priority")).isEqualTo(7);
            TestSurroundings nothing = world(stack);
            assertThat(nothing.run("tasks", "update", next)).isEqualTo(2);
            String part = printed(
                            stack,
                            "tasks",
                            "create",
                            "--repo",
                            repository.directory().toString(),
                            "--parent",
                            id,
                            "A part")
                    .strip();
            assertThat(printed(stack, "tasks", "list", "--parent", id)).contains(part.substring(0, 8), "not started");
            printed(stack, "tasks", "update", part, "--plan", "ONE part");
            assertThat(new JsonObject(printed(stack, "tasks", "delete", part, "--json")).getBoolean("deleted"))
                    .isTrue();
            TestSurroundings gone = world(stack);
            assertThat(gone.run("tasks", "show", part)).isEqualTo(3);
            JsonObject task = stack.get("/mesh/tasks/" + next);
            assertThat(Path.of(task.getString("worktreePath"))).isDirectory();
            assertThat(printed(stack, "tasks", "delete", next)).isEqualTo("Deleted.\n");
            assertThat(Path.of(task.getString("worktreePath"))).doesNotExist();
            assertThat(repository.git("branch", "--list", "--all")).contains(task.getString("branch"));
        }
    }

    @Test
    void aContractIsLedByHand() throws Exception {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (WholeStack stack = stack()) {
            String id = printed(
                            stack,
                            "contracts",
                            "create",
                            "Parser",
                            "Write it.",
                            "--no-start",
                            "--repo",
                            repository.directory().toString())
                    .strip();
            String contract = id.substring(0, 8);
            TestSurroundings writing = world(stack).input("# Plan\n");
            assertThat(writing.run("contracts", "write", contract, "Plan"))
                    .as(writing.err())
                    .isZero();
            TestSurroundings again = world(stack).input("# Better\n");
            assertThat(again.run("contracts", "write", contract, "Plan")).isZero();
            assertThat(again.out()).contains("Replaced: Plan");
            assertThat(printed(stack, "contracts", "file", contract, "Plan")).isEqualTo("# Better\n");
            assertThat(printed(stack, "contracts", "files", contract)).contains("Plan");
            TestSurroundings missing = world(stack);
            assertThat(missing.run("contracts", "file", contract, "Nothing")).isEqualTo(3);
            assertThat(printed(stack, "contracts", "checklist", contract)).contains("Phase plan, then execute", "DONE");
            assertThat(printed(stack, "contracts", "advance", contract, "execute"))
                    .contains("The phase is execute.");
            assertThat(printed(stack, "contracts", "mark", contract, "pull-request"))
                    .containsPattern("yes +pull-request");
            printed(stack, "contracts", "update", contract, "--name", "Second try", "--loop");
            assertThat(stack.get("/contracts/" + id).getBoolean("autonomousLoop"))
                    .isTrue();
            printed(stack, "contracts", "update", contract, "--no-loop");
            assertThat(stack.get("/contracts/" + id).getBoolean("autonomousLoop"))
                    .isFalse();
            assertThat(printed(stack, "contracts", "repositories", contract))
                    .contains(repository.directory().toString());
            assertThat(printed(stack, "contracts", "questions", contract)).contains("Nothing was asked.");
            assertThat(printed(stack, "contracts", "history", contract))
                    .contains("phase changed", "from plan, to execute", "document created");
            assertThat(printed(stack, "history", "--contract", contract, "--kind", "phase_changed"))
                    .contains("phase changed")
                    .doesNotContain("document created");
            JsonObject first =
                    new JsonObject(printed(stack, "contracts", "events", contract, "--count", "1", "--json"));
            assertThat(first.getString("type")).isEqualTo("contract_created");
            assertThat(printed(stack, "events", "--contract", contract, "--count", "2"))
                    .contains("contract created");
        }
    }
}
