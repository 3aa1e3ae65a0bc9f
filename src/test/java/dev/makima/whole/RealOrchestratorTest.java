package dev.makima.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.RealAgent;
import dev.makima.testkit.Scenario;
import dev.makima.testkit.ScriptedModel;
import dev.makima.testkit.Step;
import dev.makima.testkit.TestRepository;
import dev.makima.testkit.ToolCall;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Claude Code CLI as an orchestrator, which makes subtasks at the server with the key it was given. */
class RealOrchestratorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(80);

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

    /** What the orchestrator's agent does, in one go: its model is a script anyway. */
    private Path script() throws Exception {
        String text = """
                set -e
                of() { sed -nE 's/.*"'"$1"'":"([^"]*)".*/\\1/p'; }
                makima orchestrator list | grep -q '"name":"first"'
                part=$(makima orchestrator create part '%s' | of id)
                makima orchestrator start $part
                while makima orchestrator status $part | grep -v '"status":"done"'; do sleep 1; done
                if makima orchestrator status 00000000-0000-4000-8000-000000000000; then exit 9; fi
                makima orchestrator output $part | grep -q 'Writing.'
                place=$(makima orchestrator worktree $part | of worktreePath)
                git -C "$place" add -A
                git -C "$place" commit -q -m 'The part'
                git merge -q "$(git -C "$place" rev-parse HEAD)"
                test -f part.txt
                makima orchestrator done 'One part, merged.' | grep -q '"progressSummary":"One part, merged."'
                echo ok > end.txt
                """.formatted(ScriptedModel.writing("part.txt"));
        return Files.writeString(temp.resolve("orchestrate.sh"), text);
    }

    @Test
    void theRealAgentMakesASubtaskWithItsOwnKeyAndMergesItsWork() throws Exception {
        Path claude = RealAgent.require();
        Path home = Files.createDirectory(temp.resolve("home"));
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        Scenario lead = Scenario.of(Step.text("Leading.").tool(ToolCall.bash("sh " + script())));
        try (ScriptedModel model = ScriptedModel.start(vertx, lead);
                WholeStack stack = new WholeStack(home, claude, RealAgent.environment(model, home))) {
            JsonObject form = new JsonObject()
                    .put("name", "whole")
                    .put("plan", "Do all of it.")
                    .put("repositoryUrl", repository.directory().toString())
                    .put("targetRepoPath", repository.directory().toString())
                    .put("completionAction", "branch");
            String whole = stack.send("POST", "/mesh/tasks", form, 201).getString("id");
            // A task becomes an orchestrator by a subtask.
            stack.send("POST", "/mesh/tasks", form.copy().put("name", "first").put("parentTaskId", whole), 201);
            stack.send("POST", "/mesh/tasks/" + whole + "/start", new JsonObject(), 200);
            JsonObject ended = stack.end(whole, PATIENCE);
            String said = stack.entriesOfDone(whole).toString();
            assertThat(ended.getString("status")).as(said).isEqualTo("done");
            assertThat(repository.content(ended.getString("branch"), "end.txt"))
                    .as(said)
                    .isEqualTo("ok\n");
            assertThat(repository.content(ended.getString("branch"), "part.txt"))
                    .isEqualTo("done\n");
        }
    }
}
