package dev.makima.server.daemons;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.SpawnTaskBuilder;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DialectTest {
    private static final TaskId ID = TaskId.of("7d3f9a4e-1111-4222-8333-444455556666");

    @Test
    void whoKnowsNoLeasesIsToldOfNoHandOver() {
        assertThat(new Dialect(Set.of(Capability.AGENTS)).known(all()))
                .isEqualTo(withAgents(base()).build());
    }

    @Test
    void whoKnowsNoAgentsIsToldNothingOfThem() {
        assertThat(new Dialect(Set.of(Capability.LEASE)).known(all()))
                .isEqualTo(withLease(base()).build());
    }

    private static SpawnTask all() {
        return withAgents(withLease(base())).build();
    }

    private static SpawnTaskBuilder base() {
        return SpawnTask.builder(ID, "a task", "do it").patchData("cGF0Y2g=").patchBaseSha("a".repeat(40));
    }

    private static SpawnTaskBuilder withLease(SpawnTaskBuilder spawn) {
        return spawn.fence(3L).leaseSecs(120L).patchFence(2L);
    }

    private static SpawnTaskBuilder withAgents(SpawnTaskBuilder spawn) {
        return spawn.agent("claude")
                .model("opus")
                .env(Map.of("A", "b"))
                .timeoutSecs(60L)
                .maxCostUsd(BigDecimal.ONE)
                .phase("plan");
    }
}
