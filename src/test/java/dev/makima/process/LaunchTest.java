package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.StreamName;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchTest {
    @TempDir
    private Path directory;

    @Test
    void firstLineComesSoon() throws Exception {
        try (Agents agents = new Agents(directory)) {
            for (int i = 0; i < 40; i++) {
                long t0 = System.nanoTime();
                long before = agents.spool.length(StreamName.STDOUT);
                Launch launch = agents.sh("echo hello; exit 3");
                long t1 = System.nanoTime();
                while (agents.spool.length(StreamName.STDOUT) == before)
                    java.util.concurrent.locks.LockSupport.parkNanos(50_000);
                long t2 = System.nanoTime();
                assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(3));
                long t3 = System.nanoTime();
                System.err.printf(
                        "start %d us, line %d us, exit %d us%n", (t1 - t0) / 1000, (t2 - t0) / 1000, (t3 - t0) / 1000);
            }
        }
    }
}
