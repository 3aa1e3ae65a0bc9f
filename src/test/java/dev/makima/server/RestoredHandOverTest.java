package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.Resume;
import dev.makima.protocol.Runs;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.server.daemons.Dispatcher;
import dev.makima.testkit.LogListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose database may be an older copy, and daemons that it has not heard of yet. */
class RestoredHandOverTest {
    @TempDir
    private Path temp;

    @Test
    void whatMayBeAnothersWaitsUntilEachDaemonThatWasThereIsBack() {
        try (TestServer server = new TestServer(temp);
                LogListener log = LogListener.to(Dispatcher.class.getName())) {
            String old;
            try (ScriptedDaemon _ = ScriptedDaemon.streaming(server, "m1", 0);
                    ScriptedDaemon _ = ScriptedDaemon.streaming(server, "waited-for", 0)) {
                old = server.task("old");
                // In order: the file is then as any copy that was made of it between the two.
                server.restart();
            }
            log.await(
                    Duration.ofSeconds(30),
                    "who waits is told for whom",
                    message -> message.endsWith("150 s at most: m1.example, waited-for.example"));
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                // It is younger, and there is one place.
                String young = server.task("young");
                assertThat(first.expect(SpawnTask.class).taskId()).isEqualTo(TaskId.of(young));
                try (ScriptedDaemon second = ScriptedDaemon.streaming(server, "waited-for", 1)) {
                    assertThat(second.expect(SpawnTask.class).taskId()).isEqualTo(TaskId.of(old));
                }
            }
        }
    }

    @Test
    void nobodyWaitsForADaemonThatHadGoneBefore() {
        try (TestServer server = new TestServer(temp)) {
            ScriptedDaemon gone = ScriptedDaemon.streaming(server, "m2", 0);
            gone.close();
            TestServer.until(
                    "it is noted",
                    () -> server.get("/mesh/daemons/" + gone.id())
                            .getString("status")
                            .equals("disconnected"));
            String old = server.task("old");
            server.restart();
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                assertThat(first.expect(SpawnTask.class).taskId()).isEqualTo(TaskId.of(old));
            }
        }
    }

    @Test
    void oneThatHasNotSaidYetWhatItHasIsNotBack() {
        try (TestServer server = new TestServer(temp)) {
            String old;
            try (ScriptedDaemon _ = ScriptedDaemon.streaming(server, "m1", 0);
                    ScriptedDaemon _ = ScriptedDaemon.streaming(server, "m2", 0)) {
                old = server.task("old");
                server.restart();
            }
            // Nor is one back that comes and leaves before it has said that.
            ScriptedDaemon brief = ScriptedDaemon.streamingWithoutRuns(server, "m2", 0);
            brief.close();
            TestServer.until(
                    "it is noted",
                    () -> server.get("/mesh/daemons/" + brief.id())
                            .getString("status")
                            .equals("disconnected"));
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                String young = server.task("young");
                assertThat(first.expect(SpawnTask.class).taskId()).isEqualTo(TaskId.of(young));
                first.send(TaskComplete.success(TaskId.of(young)));
                server.taskWith(young, "done");
            }
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1);
                    ScriptedDaemon second = ScriptedDaemon.streamingWithoutRuns(server, "m2", 0)) {
                String young = server.task("young again");
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
