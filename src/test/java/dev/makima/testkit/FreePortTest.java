package dev.makima.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortTest {
    @Test
    void aPortIsGivenOnceAndIsNoneThatConnectionsGet() throws IOException {
        int first = FreePort.next();
        assertThat(FreePort.next()).isNotEqualTo(first);
        // Where Linux begins, unless it is told otherwise.
        assertThat(first).isLessThan(32_768);
        try (ServerSocket listens = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
            assertThat(listens.isBound()).isTrue();
        }
    }
}
