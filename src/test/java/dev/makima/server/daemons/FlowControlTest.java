package dev.makima.server.daemons;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlowControlTest {
    private static final long MIB = 1L << 20;

    private final FlowControl flow = new FlowControl();

    @Test
    void whatComesByTheWayIsNoFlood() {
        flow.add(MIB);
        assertThat(flow.isFlooded()).isFalse();
    }

    @Test
    void aFloodLastsUntilItIsStored() {
        flow.add(3 * MIB);
        assertThat(flow.isFlooded()).isTrue();
        flow.remove(2 * MIB);
        assertThat(flow.isFlooded()).isFalse();
        assertThat(flow.waiting()).isEqualTo(MIB);
    }
}
