package dev.makima.daemon.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Worktree;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who reports the checkpoints of which worktree. */
class HeartbeatCheckpointsTest {
    private final TaskId supervisor = TaskId.of("ffffffff-0000-4000-8000-000000000000");

    private static TaskRecord task(TaskId taskId, TaskId owner, String path) {
        SpawnTask spawn = SpawnTask.builder(taskId, "task", "plan")
                .supervisorWorktreeTaskId(owner.equals(taskId) ? null : owner)
                .build();
        Worktree tree = new Worktree(owner, Path.of(path), Path.of("/r"), "branch", "main", "0123abc", List.of());
        return TaskRecord.admitted(spawn, new RunId(UUID.randomUUID())).withDirectory(tree.path(), tree);
    }

    private static TaskId id(int number) {
        return TaskId.of("0000000" + number + "-0000-4000-8000-000000000000");
    }

    @Test
    void theOwnerReportsForAWorktreeThatIsShared() {
        TaskRecord owner = task(supervisor, supervisor, "/shared");
        TaskRecord first = task(id(1), supervisor, "/shared");
        TaskRecord alone = task(id(2), id(2), "/own");
        assertThat(HeartbeatCheckpoints.oneForEachWorktree(List.of(first, alone, owner)))
                .containsOnlyKeys(Path.of("/shared"), Path.of("/own"))
                .containsEntry(Path.of("/shared"), owner)
                .containsEntry(Path.of("/own"), alone);
    }

    @Test
    void withoutTheOwnerItIsAlwaysTheSameOfTheOthers() {
        TaskRecord first = task(id(1), supervisor, "/shared");
        TaskRecord second = task(id(2), supervisor, "/shared");
        assertThat(HeartbeatCheckpoints.oneForEachWorktree(List.of(first, second)))
                .isEqualTo(HeartbeatCheckpoints.oneForEachWorktree(List.of(second, first)))
                .containsEntry(Path.of("/shared"), first);
    }

    @Test
    void aTaskWithoutARepositoryHasNone() {
        TaskRecord bare =
                TaskRecord.admitted(SpawnTask.builder(id(1), "task", "plan").build(), new RunId(UUID.randomUUID()));
        assertThat(HeartbeatCheckpoints.oneForEachWorktree(List.of(bare))).isEmpty();
    }
}
