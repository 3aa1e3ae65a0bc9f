package dev.makima.daemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FarewellTest {
    private final TaskId task = TaskId.of("5e551011-0000-4000-8000-000000000001");

    @Test
    void itNamesTheTasksThatGoOnAndHowTheyAreTakenUp() {
        assertThat(Farewell.of(List.of(task), false, false))
                .contains("1 task goes on", task.toString(), "makima daemon")
                .doesNotContain("\n", "lease");
        assertThat(Farewell.of(List.of(task), false, true)).contains("1 task goes on", "while the lease lasts");
    }

    @Test
    void tasksThatStopWithItDoNotGoOn() {
        assertThat(Farewell.of(List.of(task, task), true, true))
                .contains("stops its 2 tasks", "shutdown.agents")
                .doesNotContain("go on");
    }

    @Test
    void itIsNoLongerThanOneCanRead() {
        assertThat(Farewell.of(Collections.nCopies(1000, task), false, true)).hasSizeLessThan(1200);
        assertThat(Farewell.of(List.of(), false, true)).contains("no task");
    }
}
