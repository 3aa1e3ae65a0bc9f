package dev.makima.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.DaemonHarness;
import dev.makima.testkit.BaseServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDaemonTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path home;

    private final Vertx vertx = Vertx.vertx();
    private final BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
    private final AtomicInteger starts = new AtomicInteger();

    @AfterEach
    void stop() {
        server.close();
        vertx.close().await();
    }

    private DaemonProgram start() {
        if (starts.incrementAndGet() > 2) {
            throw new MakimaException(ErrorCode.IO, "the disk is full");
        }
        DaemonConfig config = DaemonHarness.config(home, server.uri(), Path.of("/bin/true"), new JsonObject());
        return DaemonProgram.start(vertx, config, DaemonHarness.environment(home));
    }

    @Test
    void aRestartPutsAnotherInItsPlaceAndAFailureIsTold() {
        EmbeddedDaemon daemon = new EmbeddedDaemon(this::start);
        server.awaitHandshakes(1, PATIENCE);
        server.send(new JsonObject().put("type", "restartDaemon"));
        server.awaitHandshakes(2, PATIENCE);
        assertThat(starts).hasValue(2);
        server.send(new JsonObject().put("type", "restartDaemon"));
        assertThatThrownBy(daemon::await).hasMessageContaining("the disk is full");
        daemon.close();
    }

    @Test
    void closingEndsTheWaiting() throws InterruptedException {
        EmbeddedDaemon daemon = new EmbeddedDaemon(this::start);
        daemon.close();
        daemon.await();
        assertThat(starts).hasValue(1);
    }
}
