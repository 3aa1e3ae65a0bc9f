package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.config.ServerConfig;
import dev.makima.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that its daemon, back again, is silent about. */
class UnconfirmedTaskTest {
    @TempDir
    private Path directory;

    @Test
    void itGoesToAnotherDaemonAfterItsTime() {
        ServerConfig config = TestServer.config(TestDatabase.SQLITE, directory, 0, Duration.ofMinutes(10));
        ServerConfig.Tasks tasks = config.tasks();
        ServerConfig quick = TestServer.withTasks(
                config,
                new ServerConfig.Tasks(tasks.grace(), tasks.lease(), tasks.maxRetries(), Duration.ofSeconds(1)));
        try (TestServer server = new TestServer(quick, TestServer.QUICK)) {
            TaskId task;
            try (ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 1)) {
                server.task("one");
                task = daemon.take();
                server.taskWith(task.toString(), "running");
            }
            // Its time begins when the forgetful one is back: where there is no other by its end, that one gets it
            // again.
            try (ScriptedDaemon other = ScriptedDaemon.base(server, "m2", 5);
                    ScriptedDaemon forgetful = ScriptedDaemon.base(server, "m1", 5)) {
                assertThat(other.take()).isEqualTo(task);
                assertThat(forgetful.received).noneMatch(text -> text.contains("spawnTask"));
            }
        }
    }
}
