package dev.makima.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.Executable;
import dev.makima.testkit.RealAgent;
import dev.makima.testkit.Scenario;
import dev.makima.testkit.ScriptedModel;
import dev.makima.testkit.Step;
import dev.makima.testkit.TestRepository;
import dev.makima.testkit.ToolCall;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real Claude Code CLI leads a contract: it spawns tasks, reviews and merges their work, asks, and completes. */
class RealSupervisorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    @TempDir
    private Path temp;

    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    /** What the supervisor's agent does, in one go: its model is a script anyway. */
    private Path script() throws Exception {
        String text = """
                set -ex
                id() { sed -E 's/^[{]"id":"([^"]*)".*/\\1/'; }
                makima supervisor status
                makima supervisor branch makima/whole
                makima supervisor advance-phase execute
                one=$(makima supervisor spawn one '%s' | id)
                two=$(makima supervisor spawn two '%s' | id)
                for task in $one $two; do
                    makima supervisor wait $task 120
                    makima supervisor diff $task | grep '+done'
                    makima supervisor merge $task --to makima/whole
                done
                makima supervisor tree
                makima supervisor ask 'Open the pull request?' --choices yes,no --timeout 120 | grep '"answer":"yes"'
                makima supervisor pr makima/whole --title Whole
                makima supervisor complete
                echo THE END
                """.formatted(ScriptedModel.writing("one.txt"), ScriptedModel.writing("two.txt"));
        return Files.writeString(temp.resolve("lead.sh"), text);
    }

    @Test
    @Timeout(180)
    void theRealAgentLeadsAContractToItsEnd() throws Exception {
        Path claude = RealAgent.require();
        Path home = Files.createDirectory(temp.resolve("home"));
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        TestRepository origin = repository.bareClone(temp.resolve("origin.git"));
        repository.remote("origin", origin);
        Scenario lead = Scenario.of(Step.text("Leading.").tool(ToolCall.bash("sh " + script())))
                .nextRound(Step.text("Noted."));
        try (ScriptedModel model = ScriptedModel.start(vertx, lead)) {
            Map<String, String> variables = RealAgent.environment(model, home);
            variables.put("PATH", Executable.pullRequests(temp.resolve("tools")));
            try (WholeStack stack = new WholeStack(home, claude, variables)) {
                String id = stack.send(
                                "POST",
                                "/contracts",
                                new JsonObject()
                                        .put("name", "whole")
                                        .put(
                                                "repository",
                                                new JsonObject()
                                                        .put(
                                                                "localPath",
                                                                repository
                                                                        .directory()
                                                                        .toString())),
                                201)
                        .getString("id");
                String contract = "/contracts/" + id;
                String supervisor = stack.get(contract).getString("supervisorTaskId");
                answerYes(stack, contract, supervisor);
                Await.until(
                        PATIENCE,
                        "the contract is completed: " + stack.entries(supervisor),
                        () -> "completed".equals(stack.get(contract).getString("status")));
                JsonObject ended = stack.get(contract);
                assertThat(ended.getString("prUrl")).isEqualTo("https://github.com/o/r/pull/17");
                assertThat(ended.getString("branch")).isEqualTo("makima/whole");
                assertThat(ended.getJsonObject("taskCounts").getInteger("done")).isEqualTo(2);
                assertThat(ended.getJsonObject("supervisor").getString("state")).isEqualTo("completed");
                assertThat(origin.content("makima/whole", "one.txt")).isEqualTo("done\n");
                assertThat(origin.content("makima/whole", "two.txt")).isEqualTo("done\n");
                assertThat(Files.readString(temp.resolve("tools/gh.txt")))
                        .contains("pr create", "--head makima/whole", "--title Whole");
                assertThat(kinds(stack, contract))
                        .containsSubsequence(
                                "contract_created",
                                "phase_changed",
                                "task_completed",
                                "task_merged",
                                "question_asked",
                                "question_answered",
                                "pull_request_made",
                                "contract_completed")
                        .filteredOn(kind -> kind.equals("task_merged"))
                        .hasSize(2);
                for (String told : List.of("The work of task \\\"two\\\"", "The pull request is open")) {
                    model.await(request -> request.body().encode().contains(told), PATIENCE);
                }
                cleanedUp(stack, contract);
                assertThat(repository.branches())
                        .as("what was merged needs no branch of its own")
                        .containsExactlyInAnyOrder("main", "makima/whole");
            }
        }
    }

    private static List<String> kinds(WholeStack stack, String contract) {
        return stack.get(contract + "/history?limit=200").getJsonArray("history").stream()
                .map(event -> ((JsonObject) event).getString("kind"))
                .toList()
                .reversed();
    }

    private static void answerYes(WholeStack stack, String contract, String supervisor) {
        Await.until(
                PATIENCE,
                "a question among " + stack.entries(supervisor),
                () -> !stack.get(contract + "/questions?open=true")
                        .getJsonArray("questions")
                        .isEmpty());
        assertThat(stack.get(contract).getJsonObject("supervisor").getString("state"))
                .isEqualTo("waiting_for_user");
        String question = stack.get(contract + "/questions")
                .getJsonArray("questions")
                .getJsonObject(0)
                .getString("id");
        stack.send("POST", contract + "/questions/" + question + "/answer", new JsonObject().put("answer", "yes"), 200);
    }

    /** The supervisor is stopped, and nothing is left of any worktree. */
    private static void cleanedUp(WholeStack stack, String contract) {
        Await.until(PATIENCE, "all is cleaned up", () -> {
            JsonArray tasks = stack.get(contract + "/tasks").getJsonArray("tasks");
            return tasks.size() == 3
                    && tasks.stream()
                            .map(JsonObject.class::cast)
                            .allMatch(task -> task.getString("worktreePath") == null
                                    && !task.getString("status").equals("running"));
        });
    }
}
