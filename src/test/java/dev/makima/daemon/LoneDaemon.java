package dev.makima.daemon;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A daemon in a process of its own, for tests: runs until its standard input ends. */
public final class LoneDaemon {
    /** On its standard input: it is to want more memory than there is. */
    static final char EXHAUST = '!';

    private LoneDaemon() {}

    /**
     * Starts one.
     *
     * @param log gets all that it prints
     * @param more options of its JVM beside those that let it start fast
     */
    static Process start(Path home, URI server, Path agent, Path log, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(more));
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                LoneDaemon.class.getName(),
                home.toString(),
                server.toString(),
                agent.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Takes home, server and agent. */
    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[0]);
        Vertx vertx = Vertx.vertx();
        vertx.deployVerticle(new DaemonVerticle(
                        DaemonHarness.config(home, URI.create(arguments[1]), Path.of(arguments[2]), new JsonObject()),
                        DaemonHarness.environment(home)))
                .await();
        int read = System.in.read();
        while (read >= 0) {
            if (read == EXHAUST) {
                System.out.println(new long[Integer.MAX_VALUE].length);
            }
            read = System.in.read();
        }
        vertx.close().await();
    }
}
