package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon stays small: what only a server needs is never loaded in it. */
class LoadedClassesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final List<String> NOT_THE_DAEMONS = List.of(
            "io.vertx.ext.web",
            "io.vertx.jdbcclient",
            "io.vertx.sqlclient",
            "io.vertx.ext.jdbc",
            "com.hazelcast",
            "com.mchange",
            "io.agroal",
            "org.postgresql",
            "dev.makima.server",
            "dev.makima.cli");

    /** Vert.x looks for a service that the client's jar offers wherever that jar is: these three, and no more of it. */
    private static final Set<String> BY_VERTX_ITSELF = Set.of(
            "io.vertx.sqlclient.impl.TransactionPropagationLocal",
            "io.vertx.sqlclient.SqlClient",
            "io.vertx.sqlclient.SqlConnection");

    @TempDir
    private Path temp;

    @Test
    void aDaemonThatDoesAWholeTaskLoadsNothingOfAServer() throws IOException, InterruptedException {
        Vertx vertx = Vertx.vertx();
        Path log = temp.resolve("classes.log");
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY)) {
            Process daemon = start(log, server);
            try {
                server.awaitHandshakes(1, PATIENCE);
                String taskId = UUID.randomUUID().toString();
                server.send(BaseServer.spawnTask(taskId, "a task", "go")
                        .put("repoUrl", repository.directory().toString())
                        .put("completionAction", "branch"));
                assertThat(server.await("taskComplete", taskId, PATIENCE).getBoolean("success"))
                        .isTrue();
                daemon.getOutputStream().close();
                assertThat(daemon.waitFor(40, TimeUnit.SECONDS)).isTrue();
            } finally {
                daemon.destroyForcibly();
            }
        } finally {
            vertx.close().await();
        }
        List<String> loaded = Files.readAllLines(log).stream()
                .filter(line -> line.contains(" source:"))
                .map(line -> line.substring(0, line.indexOf(" source:")).strip())
                .toList();
        assertThat(loaded).contains("dev.makima.daemon.link.Session", "dev.makima.daemon.store.StoreVerticle");
        assertThat(loaded.stream()
                        .filter(name -> !BY_VERTX_ITSELF.contains(name))
                        .filter(name -> NOT_THE_DAEMONS.stream().anyMatch(name::startsWith)))
                .isEmpty();
    }

    private Process start(Path log, BaseServer server) throws IOException {
        Path agent = new HostileAgent(temp).echoes();
        return LoneDaemon.start(
                temp.resolve("home"),
                server.uri(),
                agent,
                temp.resolve("output.log"),
                "-Xlog:class+load:file=" + log + ":none:filecount=0");
    }
}
