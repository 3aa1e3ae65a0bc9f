package dev.makima.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.ShellWords;
import dev.makima.cli.TestSurroundings;
import dev.makima.testkit.Await;
import dev.makima.testkit.Executable;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every line of {@code makima} that agents are taught, run at a real server with the key that such an agent gets. */
class RoleTextsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temp;

    /** Its agent leaves its environment behind; it stays where its plan says so, and else writes something. */
    private WholeStack stack() throws Exception {
        Path agents = Files.createDirectory(temp.resolve("agents"));
        Path agent = new HostileAgent(agents).script("notes", """
                IFS= read -r line
                env > "%1$s/$MAKIMA_TASK_ID.new"
                mv "%1$s/$MAKIMA_TASK_ID.new" "%1$s/$MAKIMA_TASK_ID"
                init
                mkdir -p src/dates docs
                echo 'format' > docs/format.md
                case "$line" in *STAY* | *Describe*) until_end_of_input ;; esac
                echo 'class Parser {}' > src/dates/Parser.java
                echo "$MAKIMA_TASK_ID" > "src/dates/$MAKIMA_TASK_ID.txt"
                result 'done'
                until_end_of_input
                """.formatted(agents));
        return new WholeStack(
                Files.createDirectory(temp.resolve("home")),
                agent,
                Map.of("PATH", Executable.pullRequests(temp.resolve("tools"))));
    }

    private Path repository() {
        TestRepository repository =
                TestRepository.create(temp.resolve("repository")).branch("develop");
        repository.remote("origin", repository.bareClone(temp.resolve("origin.git")));
        return repository.directory();
    }

    private static List<String> lines(String role) throws Exception {
        try (InputStream in = Objects.requireNonNull(
                RoleTextsTest.class.getResourceAsStream("/dev/makima/agent/roles/" + role + ".md"), role)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("    makima "))
                    .map(String::strip)
                    .toList();
        }
    }

    /** The world of that task's agent, once it has begun. */
    private TestSurroundings agent(String task) throws Exception {
        Path noted = temp.resolve("agents").resolve(task);
        Await.until(PATIENCE, "the agent of " + task, () -> Files.exists(noted));
        TestSurroundings world = new TestSurroundings(temp).input("# Research\n");
        try (Stream<String> variables = Files.lines(noted)) {
            variables
                    .filter(line -> line.startsWith("MAKIMA_") && !line.startsWith("MAKIMA_HOME"))
                    .forEach(line ->
                            world.with(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        }
        return world;
    }

    private JsonObject run(String task, String line) throws Exception {
        TestSurroundings world = agent(task);
        int code = world.run(ShellWords.ofCall(line).toArray(String[]::new));
        assertThat(code).as("%s: %s%s", line, world.out(), world.err()).isZero();
        assertThat(world.err()).as(line).isEmpty();
        assertThat(world.out().lines()).as(line).hasSize(1);
        return new JsonObject(world.out());
    }

    @Test
    void anOrchestratorCanDoAllThatItIsTaught() throws Exception {
        try (WholeStack stack = stack()) {
            JsonObject form = new JsonObject()
                    .put("name", "whole")
                    .put("plan", "STAY")
                    .put("repositoryUrl", repository().toString());
            String whole = stack.send("POST", "/mesh/tasks", form, 201).getString("id");
            stack.send("POST", "/mesh/tasks", form.copy().put("parentTaskId", whole), 201);
            stack.send("POST", "/mesh/tasks/" + whole + "/start", new JsonObject(), 200);
            String first = "";
            String last = "";
            for (String line : lines("orchestrator")) {
                if (line.contains(" stop ")) {
                    stack.send("POST", "/mesh/tasks/" + last + "/start", new JsonObject(), 200);
                    String running = "/mesh/tasks/" + last;
                    Await.until(
                            PATIENCE,
                            "the agent of " + last,
                            () -> "running".equals(stack.get(running).getString("status")));
                }
                JsonObject said = run(whole, line.replace("TASK_ID", line.contains(" stop ") ? last : first));
                if (line.contains(" create ")) {
                    last = said.getString("id");
                    first = first.isEmpty() ? last : first;
                } else if (line.contains(" start ")) {
                    assertThat(stack.end(first, PATIENCE).getString("status")).isEqualTo("done");
                } else if (line.contains(" stop ")) {
                    stack.end(last, PATIENCE);
                }
            }
            assertThat(stack.get("/mesh/tasks/" + whole).getString("progressSummary"))
                    .contains("41 tests pass");
        }
    }

    @Test
    void aSupervisorAndAMemberCanDoAllThatTheyAreTaught() throws Exception {
        try (WholeStack stack = stack()) {
            JsonObject made = stack.send(
                    "POST",
                    "/contracts",
                    new JsonObject()
                            .put("name", "parser")
                            .put("description", "STAY")
                            .put(
                                    "repository",
                                    new JsonObject()
                                            .put("localPath", repository().toString())),
                    201);
            String contract = "/contracts/" + made.getString("id");
            String supervisor = made.getString("supervisorTaskId");
            agent(supervisor);
            Thread answering = Thread.ofVirtual().start(() -> answer(stack, contract));
            try {
                member(stack, contract);
                lead(stack, contract, supervisor);
            } finally {
                answering.interrupt();
                answering.join();
            }
            assertThat(stack.get(contract).getString("status")).isEqualTo("completed");
            assertThat(stack.get(contract).getString("prUrl")).isEqualTo("https://github.com/o/r/pull/17");
        }
    }

    private void lead(WholeStack stack, String contract, String supervisor) throws Exception {
        String task = "";
        String next = "";
        for (String line : lines("supervisor")) {
            if (line.endsWith("complete")) {
                stopAll(stack, contract, supervisor);
            }
            // Its name is taken by the line before, and a task is merged once.
            String said = line.replace("date-parser --from", "other --from")
                    .replace("TASK_ID", line.endsWith("--squash") ? next : task);
            JsonObject answer = run(supervisor, said);
            if (line.contains(" spawn ") && !line.contains("docs")) {
                next = answer.getString("id");
                task = task.isEmpty() ? next : task;
                assertThat(stack.end(next, PATIENCE).getString("status")).isEqualTo("done");
            }
        }
    }

    private void member(WholeStack stack, String contract) throws Exception {
        String file = stack.send("POST", contract + "/files", new JsonObject().put("name", "Format"), 201)
                .getString("id");
        String member = stack.send(
                        "POST",
                        contract + "/tasks",
                        new JsonObject()
                                .put("plan", "STAY")
                                .put("repositoryUrl", temp.resolve("repository").toString())
                                .put("start", true),
                        201)
                .getString("id");
        for (String line : lines("contract-member")) {
            run(member, line.replace("FILE_ID", file));
        }
    }

    private static void stopAll(WholeStack stack, String contract, String supervisor) {
        JsonArray tasks = stack.get(contract + "/tasks").getJsonArray("tasks");
        tasks.stream()
                .map(task -> ((JsonObject) task).getString("id"))
                .filter(id -> !id.equals(supervisor))
                .filter(id -> !List.of("done", "failed", "interrupted")
                        .contains(stack.get("/mesh/tasks/" + id).getString("status")))
                .forEach(id -> {
                    stack.send("POST", "/mesh/tasks/" + id + "/stop", new JsonObject(), 200);
                    stack.end(id, PATIENCE);
                });
    }

    private static void answer(WholeStack stack, String contract) {
        while (!Thread.interrupted()) {
            stack.get(contract + "/questions?open=true")
                    .getJsonArray("questions")
                    .forEach(asked -> stack.send(
                            "POST",
                            contract + "/questions/" + ((JsonObject) asked).getString("id") + "/answer",
                            new JsonObject().put("answer", "yes"),
                            200));
            java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
        }
    }

    @Test
    void whatADirectivesAgentsAreTaughtSaysThatItIsNotThereYet() throws Exception {
        for (String role : List.of("directive-planner", "directive-task")) {
            List<String> lines = lines(role);
            assertThat(lines).isNotEmpty();
            for (String line : lines) {
                TestSurroundings world = new TestSurroundings(temp)
                        .with("MAKIMA_DIRECTIVE_ID", UUID.randomUUID().toString());
                String said = line.replace("STEP_ID", UUID.randomUUID().toString());
                assertThat(world.run(ShellWords.ofCall(said).toArray(String[]::new)))
                        .as(line)
                        .isEqualTo(1);
                assertThat(world.err()).contains("the server of this version cannot do that yet");
                assertThat(world.out()).isEmpty();
            }
        }
    }
}
