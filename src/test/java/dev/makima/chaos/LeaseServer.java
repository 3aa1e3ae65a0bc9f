package dev.makima.chaos;

import dev.makima.config.ConfigLoader;
import dev.makima.config.Environment;
import dev.makima.config.Flags;
import dev.makima.config.ServerConfig;
import dev.makima.server.ServerVerticle;
import dev.makima.server.core.Timings;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A server as a process of its own whose times are short, so that a lease, or the rest of a daemon that was short of disk,
 * can be seen to end. It says where it is in the words of {@code makima server}.
 */
public final class LeaseServer {
    private static final Timings TIMINGS = new Timings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(15),
            // The least that covers a daemon which looks at its leases four times a second, on a busy machine.
            Duration.ofSeconds(2),
            Duration.ofSeconds(2));

    private LeaseServer() {}

    /**
     * Runs until it gets SIGTERM.
     *
     * @param arguments how long a task stays its daemon's without news, in seconds
     */
    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        JsonObject tree = new JsonObject()
                .put("http", new JsonObject().put("port", 0))
                .put(
                        "tasks",
                        new JsonObject()
                                .put("leaseSecs", Integer.parseInt(arguments[0]))
                                .put("maxRetries", 20));
        ServerConfig config = ConfigLoader.serverFromTree(
                        tree, Flags.none(), Environment.system(), Path.of("").toAbsolutePath())
                .config();
        ServerVerticle verticle = new ServerVerticle(config, TIMINGS, Clock.systemUTC());
        vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            } catch (Exception late) {
                System.err.println("the server did not end in order: " + late);
            }
        }));
        System.out.println("makima server is at http://127.0.0.1:" + verticle.port());
        verticle.firstKey()
                .ifPresent(key -> System.out.println(
                        "Its admin key, shown this once: " + key.secret().reveal()));
    }
}
