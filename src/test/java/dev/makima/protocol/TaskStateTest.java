package dev.makima.protocol;

import static dev.makima.protocol.TaskState.BLOCKED;
import static dev.makima.protocol.TaskState.DONE;
import static dev.makima.protocol.TaskState.FAILED;
import static dev.makima.protocol.TaskState.INITIALIZING;
import static dev.makima.protocol.TaskState.INTERRUPTED;
import static dev.makima.protocol.TaskState.PAUSED;
import static dev.makima.protocol.TaskState.PENDING;
import static dev.makima.protocol.TaskState.RUNNING;
import static dev.makima.protocol.TaskState.STARTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TaskStateTest {
    @Test
    void theTableIsThatOfTheProtocol() {
        Map<TaskState, Set<TaskState>> table = Map.of(
                INITIALIZING, Set.of(STARTING, FAILED, INTERRUPTED),
                STARTING, Set.of(RUNNING, FAILED, INTERRUPTED),
                RUNNING, Set.of(PAUSED, BLOCKED, DONE, FAILED, INTERRUPTED),
                PAUSED, Set.of(RUNNING, FAILED, INTERRUPTED),
                BLOCKED, Set.of(RUNNING, FAILED, INTERRUPTED),
                DONE, Set.of(),
                FAILED, Set.of(),
                INTERRUPTED, Set.of());
        table.forEach((state, followers) -> {
            for (TaskState next : TaskState.values()) {
                assertThat(state.mayBecome(next)).as(state + " to " + next).isEqualTo(followers.contains(next));
            }
        });
    }

    @Test
    void aDaemonsFirstChangeIsFromPending() {
        assertThat(PENDING.mayBecome(INITIALIZING)).isTrue();
        assertThat(PENDING.mayBecome(DONE)).isFalse();
    }

    @Test
    void onlyThreeStatesAreTerminal() {
        assertThat(TaskState.values()).filteredOn(TaskState::isTerminal).containsExactly(DONE, FAILED, INTERRUPTED);
    }

    @Test
    void namesAreReadBack() {
        for (TaskState state : TaskState.values()) {
            assertThat(TaskState.of(state.wire())).isEqualTo(state);
        }
        assertThat(TaskState.of("completed")).isEqualTo(DONE);
        assertThatThrownBy(() -> TaskState.of("RUNNING")).isInstanceOf(MakimaException.class);
    }

    @Test
    void aVerdictThatNobodyKnowsIsTheCarefulOne() {
        assertThat(RunVerdict.of("explode")).isEqualTo(RunVerdict.UNKNOWN);
        assertThat(RunVerdict.of("continue")).isEqualTo(RunVerdict.CONTINUE);
    }
}
