package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.ServerConfig;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers, each with a Vert.x of its own, on one PostgreSQL. */
class SeveralServersTest {
    @TempDir
    private Path directory;

    private static String status(TestServer asked, ScriptedDaemon daemon) {
        return asked.get("/mesh/daemons/" + daemon.id()).getString("status");
    }

    @Test
    void eachKeepsItsDaemonsAndNoTaskIsHandedOverTwice() {
        ServerConfig config = TestServer.config(TestDatabase.POSTGRESQL, directory, 0, Duration.ofSeconds(30));
        try (TestServer one = new TestServer(config, TestServer.QUICK);
                ScriptedDaemon here = ScriptedDaemon.streaming(one, "m1", 100)) {
            try (TestServer two = new TestServer(config, TestServer.QUICK, one.key);
                    ScriptedDaemon there = ScriptedDaemon.streaming(two, "m2", 100)) {
                assertThat(status(one, here)).isEqualTo("connected");
                List<String> tasks = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    tasks.add((i % 2 == 0 ? one : two).task("task " + i));
                }
                TestServer.until("all are handed over", () -> spawned(here) + spawned(there) >= tasks.size());
                List<String> taken = new ArrayList<>(take(here));
                taken.addAll(take(there));
                assertThat(taken).containsExactlyInAnyOrderElementsOf(tasks);
                tasks.forEach(task -> two.taskWith(task, "running"));
                assertThat(status(two, here)).isEqualTo("connected");
                assertThat(status(one, there)).isEqualTo("connected");
            }
            TestServer.until(
                    "the daemon of the server that has ended counts as disconnected",
                    () -> one.get("/mesh/daemons").getJsonArray("daemons").stream()
                            .map(JsonObject.class::cast)
                            .anyMatch(daemon -> daemon.getString("status").equals("disconnected")));
            assertThat(status(one, here)).isEqualTo("connected");
        }
    }

    private static long spawned(ScriptedDaemon daemon) {
        return daemon.received.stream()
                .filter(frame -> frame.contains("\"spawnTask\""))
                .count();
    }

    private static List<String> take(ScriptedDaemon daemon) {
        List<String> taken = new ArrayList<>();
        for (long left = spawned(daemon); left > 0; left--) {
            taken.add(daemon.take().toString());
        }
        return taken;
    }
}
