package dev.makima.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.TestSurroundings;
import dev.makima.testkit.Await;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people and agents do with contracts from the command line, at a real server. */
class ContractsCommandsTest {
    @TempDir
    private Path temp;

    private TestSurroundings world(WholeStack stack) {
        return new TestSurroundings(temp).with("MAKIMA_API_URL", stack.url()).with("MAKIMA_API_KEY", stack.key());
    }

    private String printed(TestSurroundings world, String... command) {
        assertThat(world.run(command))
                .as("%s: %s", Arrays.toString(command), world.err())
                .isZero();
        return world.out();
    }

    private WholeStack stack() throws Exception {
        return stack("first_line\n");
    }

    private WholeStack stack(String script) throws Exception {
        Path agent = new HostileAgent(Files.createDirectory(temp.resolve("agents"))).script("agent", script);
        return new WholeStack(Files.createDirectory(temp.resolve("home")), agent, Map.of());
    }

    private String contract(WholeStack stack) {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        return printed(
                        world(stack),
                        "contracts",
                        "create",
                        "Parser",
                        "Write it.",
                        "--no-start",
                        "--repo",
                        repository.directory().toString())
                .strip();
    }

    @Test
    void peopleMakeShowAnswerCompleteAndDeleteContracts() throws Exception {
        try (WholeStack stack = stack()) {
            String id = contract(stack);
            String contract = id.substring(0, 8);
            assertThat(printed(world(stack), "contracts", "list")).contains(contract, "active", "plan", "Parser");
            stack.send(
                    "POST",
                    "/contracts/" + id + "/questions?wait=0",
                    new JsonObject()
                            .put("question", "Keep it?")
                            .put("choices", new JsonArray().add("yes").add("no")),
                    201);
            assertThat(printed(world(stack), "contracts", "show", contract))
                    .contains("Keep it?", "yes, no", "makima contracts answer " + contract, "plan");
            String supervisor = stack.get("/contracts/" + id).getString("supervisorTaskId");
            assertThat(printed(world(stack), "contracts", "show", contract))
                    .contains("not started; start it with: makima tasks start " + supervisor.substring(0, 8))
                    .doesNotContain("--question");
            String second = stack.send(
                            "POST",
                            "/contracts/" + id + "/questions?wait=0",
                            new JsonObject().put("question", "And this?"),
                            201)
                    .getString("id");
            assertThat(printed(world(stack), "contracts", "show", contract)).contains("ANSWER --question " + second);
            printed(world(stack), "contracts", "answer", contract, "fine", "--question", second);
            TestSurroundings wrong = world(stack);
            assertThat(wrong.run("contracts", "answer", contract, "maybe")).isEqualTo(2);
            assertThat(wrong.err()).contains("Choose one of: yes, no");
            assertThat(printed(world(stack), "contracts", "answer", contract, "yes"))
                    .contains("Answered: Keep it?");
            TestSurroundings again = world(stack);
            assertThat(again.run("contracts", "answer", contract, "yes")).isEqualTo(3);
            assertThat(printed(world(stack), "contracts", "complete", contract)).contains("Completed: Parser");
            assertThat(printed(world(stack), "contracts", "delete", contract)).contains("Deleted");
            assertThat(printed(world(stack), "contracts", "list")).contains("No contracts");
        }
    }

    @Test
    void agentsReadAndWriteDocumentsAndAskInVain() throws Exception {
        try (WholeStack stack = stack()) {
            String id = contract(stack);
            String supervisor = stack.get("/contracts/" + id).getString("supervisorTaskId");
            String made = printed(agent(stack, id, supervisor).input("# Plan\n"), "contract", "create-file", "Plan");
            String file = new JsonObject(made).getString("id");
            printed(agent(stack, id, supervisor).input("# Better\n"), "contract", "update-file", file);
            assertThat(new JsonObject(printed(agent(stack, id, supervisor), "contract", "file", file))
                            .getString("body"))
                    .isEqualTo("# Better\n");
            assertThat(printed(agent(stack, id, supervisor), "contract", "files"))
                    .contains(file);
            assertThat(printed(agent(stack, id, supervisor), "contract", "checklist"))
                    .contains("\"ready\":true", "\"next\":\"execute\"");
            assertThat(printed(agent(stack, id, supervisor), "contract", "suggest-action"))
                    .contains("\"command\":\"makima tasks start " + supervisor + "\"");
            assertThat(printed(agent(stack, id, supervisor), "contract", "completion-action", "--code"))
                    .contains("\"action\":\"branch\"");
            assertThat(printed(agent(stack, id, supervisor), "supervisor", "advance-phase", "execute"))
                    .contains("\"phase\":\"execute\"");
            assertThat(printed(agent(stack, id, supervisor), "supervisor", "tree"))
                    .contains(supervisor);
            TestSurroundings asking = agent(stack, id, supervisor);
            assertThat(asking.run("supervisor", "ask", "Who?", "--timeout", "1"))
                    .isEqualTo(5);
            assertThat(asking.err()).contains("nobody has answered within 1 s", "the question is closed");
            assertThat(printed(world(stack), "contracts", "questions", id)).contains("none in time", "Who?");
            printed(agent(stack, id, supervisor), "supervisor", "complete");
        }
    }

    @Test
    void aDocumentIsReadAnewFromItsFileOfTheRepository() throws Exception {
        try (WholeStack stack = stack("first_line\ninit\nresult ok\nuntil_end_of_input\n")) {
            String id = contract(stack);
            TestRepository repository = TestRepository.at(temp.resolve("repository"));
            repository.commit("docs/format.md", "# Dates\n", "Say how dates look");
            printed(world(stack).input("# Old\n"), "contracts", "write", id, "Format", "--path", "docs/format.md");
            String supervisor = stack.get("/contracts/" + id).getString("supervisorTaskId");
            printed(world(stack), "tasks", "start", supervisor);
            Await.until(
                    Duration.ofSeconds(60),
                    "a daemon has the supervisor",
                    () -> stack.get("/mesh/tasks/" + supervisor)
                            .getString("status")
                            .equals("running"));
            assertThat(printed(world(stack), "contracts", "sync", id, "Format")).isEqualTo("Read: Format\n");
            assertThat(printed(world(stack), "contracts", "file", id, "Format")).isEqualTo("# Dates\n");
            assertThat(printed(world(stack), "contracts", "files", id)).contains("synced", "docs/format.md");

            TestSurroundings person = world(stack);
            assertThat(person.run("contracts", "sync", id, "Format", "--path", "docs/none.md"))
                    .isEqualTo(1);
            assertThat(person.out()).isEmpty();
            assertThat(person.err()).contains("the document could not be read: ", "docs/none.md", "contracts files");
            TestSurroundings program = world(stack);
            assertThat(program.run("contracts", "sync", id, "Format", "--json")).isEqualTo(1);
            assertThat(new JsonObject(program.out()).getString("syncError")).contains("docs/none.md");
            assertThat(program.err()).isEmpty();
            assertThat(printed(world(stack), "contracts", "file", id, "Format"))
                    .as("what was there stays")
                    .isEqualTo("# Dates\n");
        }
    }

    private TestSurroundings agent(WholeStack stack, String contract, String task) {
        return world(stack).with("MAKIMA_CONTRACT_ID", contract).with("MAKIMA_TASK_ID", task);
    }
}
