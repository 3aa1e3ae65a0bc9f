package dev.makima.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.local.TaskRepository;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskOptionsTest {
    private static final TaskRepository HERE = new TaskRepository("/src/shop", "develop", "/src/shop", true, List.of());
    private static final TaskRepository NO_ORIGIN =
            new TaskRepository("/src/shop", "develop", "/src/shop", false, List.of());
    private static final TaskRepository URL =
            new TaskRepository("https://example.org/shop", null, null, false, List.of());
    private static final TaskRepository NEW = new TaskRepository("new://shop", null, null, false, List.of());

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
}
