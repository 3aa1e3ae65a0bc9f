package dev.makima.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.agent.AgentVersion;
import dev.makima.base.TaskId;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.SpawnTaskBuilder;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AgentRoleTest {
    private static final AgentVersion OLD = AgentVersion.of(2, 0, 33);
    private static final AgentVersion CURRENT = AgentVersion.of(2, 0, 34);

    private static SpawnTaskBuilder task() {
        return SpawnTask.builder(new TaskId(UUID.randomUUID()), "name", "The plan.");
    }

    private static String opened(SpawnTask task, boolean resume, AgentVersion version) {
        return AgentRole.of(task).opened(new Opening(UUID.randomUUID(), resume, "The plan.", null), version);
    }

    @Test
    void anAgentThatTakesNoFileReadsItsRoleBeforeThePlan() {
        SpawnTask task = task().isOrchestrator(true).build();
        assertThat(opened(task, false, OLD))
                .startsWith("# You are an orchestrator")
                .endsWith("# Your plan\n\nThe plan.");
        assertThat(opened(task, true, OLD)).isEqualTo("The plan.");
        assertThat(opened(task, false, CURRENT)).isEqualTo("The plan.");
    }

    @Test
    void aPlainTaskNeedsItOnlyForTheGate() {
        assertThat(opened(task().build(), false, OLD)).isEqualTo("The plan.");
        assertThat(opened(task().autonomousLoop(true).build(), false, OLD)).contains("<COMPLETION_GATE>");
    }
}
