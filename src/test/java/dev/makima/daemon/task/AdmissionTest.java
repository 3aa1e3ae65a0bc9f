package dev.makima.daemon.task;

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
import java.util.UUID;
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
        Refusal refusal = admission.refuse(plain(), List.of(plain(), plain())).orElseThrow();
        assertThat(refusal.code()).isEqualTo("CONCURRENCY_LIMIT");
        assertThat(refusal.message()).contains("2 of 2", "process.maxConcurrentTasks");
    }

    @Test
    void tasksOfOneContractAreTakenUpToItsLimit() {
        Admission admission = new Admission(settings(10, 2));
        UUID contract = UUID.randomUUID();
        SpawnTask one = task().contractId(contract).build();
        SpawnTask other = task().contractId(contract).build();
        SpawnTask third = task().contractId(contract).build();
        assertThat(admission.refuse(third, List.of(one, plain()))).isEmpty();
        Refusal refusal = admission.refuse(third, List.of(one, other)).orElseThrow();
        assertThat(refusal.code()).isEqualTo("CONTRACT_CONCURRENCY_LIMIT");
        assertThat(refusal.message()).contains("2 of 2", "process.maxTasksPerContract");
        assertThat(admission.refuse(task().contractId(UUID.randomUUID()).build(), List.of(one, other)))
                .isEmpty();
    }

    @Test
    void tasksWithoutAContractAreEachTheirOwnGroup() {
        assertThat(new Admission(settings(10, 1)).refuse(plain(), List.of(plain(), plain())))
                .isEmpty();
    }

    @Test
    void anAgentThatIsNotHereIsRefusedByItsNameAndWithoutACodeThatRequeuesTheTask() {
        Refusal refusal = new Admission(settings(10, 10))
                .refuse(task().agent("codex").build(), List.of())
                .orElseThrow();
        assertThat(refusal.message()).contains("codex", "claude");
        assertThat(refusal.code()).isNull();
    }

    @Test
    void newRepositoriesAndOurOwnAgentAreBuilt() {
        Admission admission = new Admission(settings(10, 10));
        assertThat(admission.refuse(
                        task().repoUrl("new://x").resumeSession(true).build(), List.of()))
                .isEmpty();
        assertThat(admission.refuse(task().copyFiles(List.of()).agent("claude").build(), List.of()))
                .isEmpty();
        TaskId other = new TaskId(UUID.randomUUID());
        assertThat(admission.refuse(
                        task().copyFiles(List.of("a"))
                                .continueFromTaskId(other)
                                .patchData("x")
                                .supervisorWorktreeTaskId(other)
                                .autoMergeLocal(true)
                                .build(),
                        List.of()))
                .isEmpty();
    }

    @Test
    void aSupervisorTakesNoPlaceFromThoseThatItWaitsFor() {
        Admission admission = new Admission(settings(1, 1));
        UUID contract = UUID.randomUUID();
        SpawnTask supervisor = task().contractId(contract).isSupervisor(true).build();
        SpawnTask member = task().contractId(contract).build();
        SpawnTask another =
                task().contractId(UUID.randomUUID()).isSupervisor(true).build();
        assertThat(admission.refuse(member, List.of(supervisor, another))).isEmpty();
        // It has a place of its own all the same, as long as it has an agent.
        assertThat(admission.refuse(plain(), List.of(supervisor))).isPresent();
        assertThat(admission.refuse(another, List.of(supervisor))).isPresent();
        assertThat(admission.refuse(task().contractId(contract).build(), List.of(supervisor, member)))
                .isPresent();
    }
}
