package dev.makima.cli.command.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.TestSurroundings;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.local.TaskRepository;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskOptionsTest {
    private static final TaskRepository HERE = new TaskRepository("/src/shop", "develop", "/src/shop", true, List.of());
    private static final TaskRepository NO_ORIGIN =
            new TaskRepository("/src/shop", "develop", "/src/shop", false, List.of());
    private static final TaskRepository URL =
            new TaskRepository("https://example.org/shop", null, null, false, List.of());
    private static final TaskRepository NEW = new TaskRepository("new://shop", null, null, false, List.of());

    @TempDir
    Path directory;

    private static TaskOptions options(CompletionAction action, String... into) {
        TaskOptions options = new TaskOptions();
        options.plan = List.of("do", "it");
        options.action = action;
        options.into = into.length == 0 ? null : into[0];
        return options;
    }

    private static ObjectNode request(TaskRepository repository, TaskOptions options) {
        return options.request("do it", repository, true);
    }

    @Test
    void aMergeGoesIntoTheBranchThatTheTaskStartsFromOrTheOneNamed() {
        ObjectNode merge = request(HERE, options(CompletionAction.merge));
        assertThat(merge.path("completionAction").asText()).isEqualTo("merge");
        assertThat(merge.path("targetBranch").asText()).isEqualTo("develop");
        assertThat(merge.path("targetRepoPath").asText()).isEqualTo("/src/shop");
        assertThat(request(HERE, options(CompletionAction.merge, "main"))
                        .path("targetBranch")
                        .asText())
                .isEqualTo("main");
        assertThat(request(NO_ORIGIN, options(CompletionAction.merge)).has("targetBranch"))
                .isTrue();
    }

    @Test
    void aPullRequestGoesWhereTheDaemonFindsOutUnlessItIsSaid() {
        assertThat(request(HERE, options(CompletionAction.pr)).has("targetBranch"))
                .isFalse();
        assertThat(request(URL, options(CompletionAction.pr, "release/1"))
                        .path("targetBranch")
                        .asText())
                .isEqualTo("release/1");
        assertThat(request(URL, options(CompletionAction.merge)).has("targetBranch"))
                .isFalse();
    }

    @Test
    void whatCannotBeDoneIsSaidBeforeTheAgentWorks() {
        for (CompletionAction action : List.of(CompletionAction.merge, CompletionAction.pr)) {
            assertThatThrownBy(() -> request(NEW, options(action)))
                    .isInstanceOf(MakimaException.class)
                    .hasMessageContaining("empty repository");
        }
        assertThatThrownBy(() -> request(NO_ORIGIN, options(CompletionAction.pr)))
                .isInstanceOf(MakimaException.class)
                .hasMessageContaining("origin");
        assertThatThrownBy(() -> request(HERE, options(CompletionAction.merge, "--force")))
                .isInstanceOf(MakimaException.class)
                .hasMessageContaining("not a valid branch");
    }

    @Test
    void whatATaskMayCostAndHowItIsWorkedOnIsAskedFor() {
        TaskOptions options = options(CompletionAction.branch);
        assertThat(request(HERE, options).has("autonomousLoop")).isFalse();
        options.loop = true;
        options.localOnly = true;
        options.maxCost = new BigDecimal("2.50");
        options.continueFrom = "1A2B3C4D";
        ObjectNode request = request(HERE, options);
        assertThat(request.path("autonomousLoop").asBoolean()).isTrue();
        assertThat(request.path("localOnly").asBoolean()).isTrue();
        assertThat(request.path("maxCostUsd").decimalValue()).isEqualByComparingTo("2.5");
        assertThat(request.path("continueFromTaskId").asText()).isEqualTo("1a2b3c4d");
    }

    @Test
    void limitsAndIdsThatCannotBeAreRefused() {
        TaskOptions free = options(CompletionAction.branch);
        free.maxCost = BigDecimal.ZERO;
        assertThatThrownBy(() -> free.plan(new TestSurroundings(directory).make()))
                .hasMessageContaining("--max-cost is 0");
        TaskOptions unknown = options(CompletionAction.branch);
        unknown.continueFrom = "the last one";
        assertThatThrownBy(() -> unknown.plan(new TestSurroundings(directory).make()))
                .hasMessageContaining("not a task's id");
        TaskOptions unpushed = options(CompletionAction.pr);
        unpushed.localOnly = true;
        assertThatThrownBy(() -> unpushed.plan(new TestSurroundings(directory).make()))
                .hasMessageContaining("--local-only");
    }

    @Test
    void anEndWithoutWhatWasAskedForIsAFailureToPrograms() {
        ObjectNode task = Json.object().put("id", "1a2b3c4d").put("status", "done");
        assertThat(TaskRun.exitCode(TaskView.of(task), false)).isZero();
        assertThat(TaskRun.exitCode(TaskView.of(task.put("completionSucceeded", true)), false))
                .isZero();
        assertThat(TaskRun.exitCode(TaskView.of(task.put("completionSucceeded", false)), false))
                .isEqualTo(ExitCode.FAILURE);
    }

    @Test
    void aListShowsARepositorysLastName() {
        assertThat(TasksListCommand.shortName("/home/me/shop")).isEqualTo("shop");
        assertThat(TasksListCommand.shortName("https://example.org/me/site.git/"))
                .isEqualTo("site");
        assertThat(TasksListCommand.shortName("git@example.org:site.git")).isEqualTo("site");
        assertThat(TasksListCommand.shortName("new://")).isEqualTo("new");
        assertThat(TasksListCommand.shortName(null)).isEmpty();
    }
}
