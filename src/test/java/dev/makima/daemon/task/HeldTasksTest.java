package dev.makima.daemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.SpawnTask;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HeldTasksTest {
    private final HeldTasks held = new HeldTasks();
    private final TaskId taskId = TaskId.of(UUID.randomUUID().toString());

    private SpawnTask spawn(String plan) {
        return SpawnTask.builder(taskId, "name", plan).build();
    }

    @Test
    void aTaskThatIsNotHeldStartsAtOnce() {
        assertThat(held.keep(spawn("go"))).isFalse();
        assertThat(held.release(taskId)).isEmpty();
    }

    @Test
    void theLastSpawnOfAHeldTaskComesBackWithItsLastRelease() {
        held.hold(taskId);
        held.hold(taskId);
        assertThat(held.keep(spawn("one"))).isTrue();
        assertThat(held.keep(spawn("two"))).isTrue();
        assertThat(held.release(taskId)).isEmpty();
        assertThat(held.release(taskId)).contains(spawn("two"));
        assertThat(held.keep(spawn("three"))).isFalse();
    }
}
