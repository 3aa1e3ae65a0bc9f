package dev.makima.server.daemons;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FlowControlTest {
    private static final long MIB = 1L << 20;

    private final AtomicLong nanos = new AtomicLong();
    private final FlowControl flow = new FlowControl(nanos::get);

    @Test
    void whatComesByTheWayIsNoFlood() {
        for (int i = 0; i < 100; i++) {
            flow.add(MIB / 4);
            flow.remove(MIB / 4);
            assertThat(flow.isFlooded()).isFalse();
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    @Test
    void whatComesFasterIsAFloodHoweverSoonItIsStored() {
        flow.add(MIB);
        flow.remove(MIB);
        assertThat(flow.isFlooded()).isFalse();
        flow.add(1);
        assertThat(flow.isFlooded()).isTrue();
        assertThat(flow.waiting()).isEqualTo(1);
    }

    @Test
    void aFloodIsOverSoonAfterItsLastByteHoweverLargeItWas() {
        for (int i = 0; i < 10; i++) {
            flow.add(100 * MIB);
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
            assertThat(flow.isFlooded()).isTrue();
        }
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(60));
        assertThat(flow.isFlooded()).isFalse();
    }
}
