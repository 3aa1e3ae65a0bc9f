package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.Resume;
import dev.makima.protocol.Runs;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose database may be an older copy, and daemons that it has not heard of yet. */
class RestoredHandOverTest {
    @TempDir
    private Path temp;

    /** As a copy of a server at work has it. */
    private void allConnected() {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + temp.resolve("server.db"))) {
            database.createStatement().executeUpdate("update daemon set connected = 1, disconnected_at = null");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatMayBeAnothersWaitsUntilEachDaemonThatWasThereIsBack() {
        try (TestServer server = new TestServer(temp)) {
            ScriptedDaemon.streaming(server, "m1", 0).close();
            ScriptedDaemon.streaming(server, "m2", 0).close();
            String old = server.task("old");
            server.restart(this::allConnected);
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                // It is younger, and there is one place.
                String young = server.task("young");
                assertThat(first.expect(SpawnTask.class).taskId()).isEqualTo(TaskId.of(young));
                try (ScriptedDaemon second = ScriptedDaemon.streaming(server, "m2", 1)) {
                    assertThat(second.expect(SpawnTask.class).taskId()).isEqualTo(TaskId.of(old));
                }
            }
        }
    }

    @Test
    void oneThatHasNotSaidYetWhatItHasIsNotBack() {
        try (TestServer server = new TestServer(temp)) {
            ScriptedDaemon.streaming(server, "m1", 0).close();
            ScriptedDaemon.streaming(server, "m2", 0).close();
            String old = server.task("old");
            server.restart(this::allConnected);
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1);
                    ScriptedDaemon second = ScriptedDaemon.streamingWithoutRuns(server, "m2", 0)) {
                String young = server.task("young");
                assertThat(first.expect(SpawnTask.class).taskId()).isEqualTo(TaskId.of(young));
                second.send(new Runs(List.of()));
                second.expect(Resume.class);
                first.send(TaskComplete.success(TaskId.of(young)));
                assertThat(first.expect(SpawnTask.class, EventAck.class).taskId())
                        .isEqualTo(TaskId.of(old));
            }
        }
    }
}
