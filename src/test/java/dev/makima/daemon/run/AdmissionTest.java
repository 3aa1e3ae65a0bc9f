package dev.makima.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig.ProcessSettings;
import dev.makima.daemon.DaemonHarness;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.SpawnTaskBuilder;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static ProcessSettings settings(int overAll, int perContract) {
        JsonObject process =
                new JsonObject().put("maxConcurrentTasks", overAll).put("maxTasksPerContract", perContract);
        return DaemonHarness.config(
                        Path.of("/tmp/nowhere"),
                        URI.create("ws://localhost:1"),
                        Path.of("/bin/true"),
                        new JsonObject().put("process", process))
                .process();
    }

    private static SpawnTaskBuilder task() {
        return SpawnTask.builder(TaskId.of(UUID.randomUUID().toString()), "name", "plan");
    }

    private static SpawnTask plain() {
        return task().build();
    }

    @Test
    void tasksAreTakenUpToTheLimit() {
        Admission admission = new Admission(settings(2, 10));
        assertThat(admission.refuse(plain(), List.of())).isEmpty();
        assertThat(admission.refuse(plain(), List.of(plain()))).isEmpty();
        Admission.Refusal refusal =
                admission.refuse(plain(), List.of(plain(), plain())).orElseThrow();
        assertThat(refusal.code()).isEqualTo("CONCURRENCY_LIMIT");
        assertThat(refusal.message()).contains("2 of 2", "process.maxConcurrentTasks");
    }

    @Test
    void tasksWithoutAContractAreEachTheirOwnGroup() {
        assertThat(new Admission(settings(10, 1)).refuse(plain(), List.of(plain(), plain())))
                .isEmpty();
    }

    @Test
    void whatIsNotBuiltIsRefusedByItsNameAndWithoutACodeThatRequeuesIt() {
        UUID id = UUID.randomUUID();
        Map<String, UnaryOperator<SpawnTaskBuilder>> features = Map.ofEntries(
                Map.entry("isOrchestrator", task -> task.isOrchestrator(true)),
                Map.entry("directiveId", task -> task.directiveId(id)),
                Map.entry("continueFromTaskId", task -> task.continueFromTaskId(new TaskId(id))),
                Map.entry("copyFiles", task -> task.copyFiles(List.of("a"))),
                Map.entry("patchData", task -> task.patchData("x")),
                Map.entry("supervisorWorktreeTaskId", task -> task.supervisorWorktreeTaskId(new TaskId(id))),
                Map.entry("autoMergeLocal", task -> task.autoMergeLocal(true)),
                Map.entry("the agent codex", task -> task.agent("codex")));
        Admission admission = new Admission(settings(10, 10));
        features.forEach((name, feature) -> {
            Admission.Refusal refusal =
                    admission.refuse(feature.apply(task()).build(), List.of()).orElseThrow();
            assertThat(refusal.message()).contains(name);
            assertThat(refusal.code()).isNull();
        });
    }

    @Test
    void newRepositoriesAndOurOwnAgentAreBuilt() {
        Admission admission = new Admission(settings(10, 10));
        assertThat(admission.refuse(
                        task().repoUrl("new://x").resumeSession(true).build(), List.of()))
                .isEmpty();
        assertThat(admission.refuse(task().copyFiles(List.of()).agent("claude").build(), List.of()))
                .isEmpty();
    }
}
