package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a daemon that has refused a task is left alone. */
class DispatchRestTest {
    @TempDir
    private Path temp;

    @Test
    void aDaemonThatConnectsAnewIsNotLeftAloneForWhatItWasShortOfBefore() {
        try (TestServer server = new TestServer(temp)) {
            String id;
            try (ScriptedDaemon low = ScriptedDaemon.streaming(server, "m1", 5)) {
                id = server.task("one");
                SpawnTask spawn = low.expect(SpawnTask.class);
                low.send(new SpawnRefused(
                        spawn.taskId(), Objects.requireNonNull(spawn.fence()), SpawnRefused.DISK, "no room", null));
                server.task(id, found -> found.getBoolean("queued"));
            }
            try (ScriptedDaemon again = ScriptedDaemon.streaming(server, "m1", 5)) {
                // Sooner than the half minute that a short disk is given.
                assertThat(again.expect(SpawnTask.class).taskId()).isEqualTo(TaskId.of(id));
            }
        }
    }
}
