package dev.makima.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.ExitCode;
import dev.makima.cli.TestSurroundings;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
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

    private static TaskOptions options(TaskOptions.Action action, String... into) {
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
        ObjectNode merge = request(HERE, options(TaskOptions.Action.merge));
        assertThat(merge.path("completionAction").asText()).isEqualTo("merge");
        assertThat(merge.path("targetBranch").asText()).isEqualTo("develop");
        assertThat(merge.path("targetRepoPath").asText()).isEqualTo("/src/shop");
        assertThat(request(HERE, options(TaskOptions.Action.merge, "main"))
                        .path("targetBranch")
                        .asText())
                .isEqualTo("main");
        assertThat(request(NO_ORIGIN, options(TaskOptions.Action.merge)).has("targetBranch"))
                .isTrue();
    }

    @Test
    void aPullRequestGoesWhereTheDaemonFindsOutUnlessItIsSaid() {
        assertThat(request(HERE, options(TaskOptions.Action.pr)).has("targetBranch"))
                .isFalse();
        assertThat(request(URL, options(TaskOptions.Action.pr, "release/1"))
                        .path("targetBranch")
                        .asText())
                .isEqualTo("release/1");
        assertThat(request(URL, options(TaskOptions.Action.merge)).has("targetBranch"))
                .isFalse();
    }

    @Test
    void whatCannotBeDoneIsSaidBeforeTheAgentWorks() {
        for (TaskOptions.Action action : List.of(TaskOptions.Action.merge, TaskOptions.Action.pr)) {
            assertThatThrownBy(() -> request(NEW, options(action)))
                    .isInstanceOf(MakimaException.class)
                    .hasMessageContaining("empty repository");
        }
        assertThatThrownBy(() -> request(NO_ORIGIN, options(TaskOptions.Action.pr)))
                .isInstanceOf(MakimaException.class)
                .hasMessageContaining("origin");
        assertThatThrownBy(() -> request(HERE, options(TaskOptions.Action.merge, "--force")))
                .isInstanceOf(MakimaException.class)
                .hasMessageContaining("not a valid branch");
    }

    @Test
    void whatATaskMayCostAndHowItIsWorkedOnIsAskedFor() {
        TaskOptions options = options(TaskOptions.Action.branch);
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
        TaskOptions free = options(TaskOptions.Action.branch);
        free.maxCost = BigDecimal.ZERO;
        assertThatThrownBy(() -> free.plan(new TestSurroundings(directory).make()))
                .hasMessageContaining("--max-cost is 0");
        TaskOptions unknown = options(TaskOptions.Action.branch);
        unknown.continueFrom = "the last one";
        assertThatThrownBy(() -> unknown.plan(new TestSurroundings(directory).make()))
                .hasMessageContaining("not a task id");
        TaskOptions unpushed = options(TaskOptions.Action.pr);
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
