package dev.makima.daemon;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** A daemon in a process of its own, for tests: runs until its standard input ends. */
public final class LoneDaemon {
    private LoneDaemon() {}

    /** Takes home, server and agent. */
    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[0]);
        Vertx vertx = Vertx.vertx();
        vertx.deployVerticle(new DaemonVerticle(
                        DaemonHarness.config(home, URI.create(arguments[1]), Path.of(arguments[2]), new JsonObject()),
                        DaemonHarness.environment(home)))
                .await();
        while (System.in.read() >= 0) {
            // Only the end is waited for.
        }
        vertx.close().await();
    }
}
