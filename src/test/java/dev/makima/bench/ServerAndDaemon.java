package dev.makima.bench;

import dev.makima.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A server and a daemon, each in a process of its own, as {@code scripts/makima} starts them. */
final class ServerAndDaemon implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Program server;
    private final Program daemon;
    private final ServerClient client;

    private ServerAndDaemon(Program server, Program daemon, ServerClient client) {
        this.server = server;
        this.daemon = daemon;
        this.client = client;
    }

    /** Starts both and waits until they are connected. */
    static ServerAndDaemon start(Installation installation, Path agent) throws Exception {
        Program server = installation.start(installation.home(), Map.of(), "server", "--port", "0");
        String url = server.printed("server is at (\\S+)");
        String key = server.printed("key, shown this once: (\\S+)");
        Program daemon = installation.start(
                installation.home(),
                Map.of("MAKIMA_API_KEY", key, "MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", agent.toString()),
                "daemon",
                "--server-url",
                url);
        ServerAndDaemon both = new ServerAndDaemon(server, daemon, new ServerClient(url, key));
        Await.until(PATIENCE, "the daemon to connect", both::isConnected);
        return both;
    }

    Program server() {
        return server;
    }

    Program daemon() {
        return daemon;
    }

    ServerClient client() {
        return client;
    }

    /** Waits until a task is done. */
    void awaitDone(String taskId, Duration patience) {
        Await.until(patience, "the end of the task", () -> status(taskId).equals("done"));
    }

    private String status(String taskId) {
        try {
            String status = client.get("/mesh/tasks/" + taskId).getString("status");
            if (status.equals("failed") || status.equals("interrupted")) {
                throw new IllegalStateException("the task has ended: " + status);
            }
            return status;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isConnected() {
        try {
            return client.get("/mesh/daemons").encode().contains("\"connected\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        daemon.close();
        server.close();
    }
}
