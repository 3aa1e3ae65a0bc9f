package dev.makima.bench;

import dev.makima.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A server and a daemon, each in a process of its own, as {@code scripts/makima} starts them. */
final class ServerAndDaemon implements OutputPath {
    private static final String MOST_TASKS = "20";
    private static final long POLL_NANOS = 20_000_000;

    private final Installation installation;
    private final Path daemonHome;
    private final Path agent;
    private final Program server;
    private final String url;
    private final String key;
    private final ServerClient client;
    private Program daemon;

    private ServerAndDaemon(Installation installation, Path agent, Program server) throws IOException {
        this.installation = installation;
        this.daemonHome = installation.home();
        this.agent = agent;
        this.server = server;
        this.url = server.printed("server is at (\\S+)");
        this.key = server.printed("key, shown this once: (\\S+)");
        this.client = new ServerClient(url, key);
        this.daemon = newDaemon();
    }

    /** Starts both and waits until they are connected. */
    static ServerAndDaemon start(Installation installation, Path agent) throws Exception {
        Program server = installation.start(installation.home(), Map.of(), "server", "--port", "0");
        ServerAndDaemon both = new ServerAndDaemon(installation, agent, server);
        Await.until(PATIENCE, "the daemon to connect", both::isConnected);
        return both;
    }

    /** Starts the daemon again, in the home of the one that has ended, and waits for nothing. */
    void startDaemon() throws IOException {
        daemon = newDaemon();
    }

    private Program newDaemon() throws IOException {
        return installation.start(
                daemonHome,
                Map.of(
                        "MAKIMA_API_KEY",
                        key,
                        "MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND",
                        agent.toString(),
                        "MAKIMA_DAEMON_PROCESS_MAXCONCURRENTTASKS",
                        MOST_TASKS,
                        "MAKIMA_DAEMON_PROCESS_MAXTASKSPERCONTRACT",
                        MOST_TASKS),
                "daemon",
                "--server-url",
                url);
    }

    Program server() {
        return server;
    }

    Program daemon() {
        return daemon;
    }

    @Override
    public Program near() {
        return daemon;
    }

    @Override
    public Program far() {
        return server;
    }

    ServerClient client() {
        return client;
    }

    @Override
    public Arrival carry(Load load, BenchAgents agents) throws Exception {
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < load.tasks(); i++) {
            tasks.add(client.start("go"));
        }
        tasks.forEach(task -> Await.until(
                PATIENCE, "all lines to be committed", () -> seldom(() -> stored(task) > load.bytesOfEach())));
        double there = agents.nanosSinceBegun() / 1e6;
        tasks.forEach(task ->
                Await.until(PATIENCE, "all lines to be entries", () -> seldom(() -> hasEntry(task, load.lines()))));
        double readable = agents.nanosSinceBegun() / 1e6;
        tasks.forEach(task -> awaitDone(task, PATIENCE));
        return new Arrival(there, readable, agents.nanosSinceBegun() / 1e6);
    }

    /** Waits until a task is done. */
    void awaitDone(String taskId, Duration patience) {
        Await.until(
                patience,
                "the end of the task",
                () -> seldom(() -> status(taskId).equals("done")));
    }

    /** A question costs the server a millisecond, which would be a good part of what is measured. */
    private static boolean seldom(BooleanSupplier question) {
        LockSupport.parkNanos(POLL_NANOS);
        return question.getAsBoolean();
    }

    private String status(String taskId) {
        String status = asked(() -> client.get("/mesh/tasks/" + taskId).getString("status"));
        if (status.equals("failed") || status.equals("interrupted")) {
            throw new IllegalStateException("the task has ended: " + status);
        }
        return status;
    }

    private boolean isConnected() {
        return asked(() -> client.get("/mesh/daemons").encode().contains("\"connected\""));
    }

    private long stored(String task) {
        return asked(() -> client.stored(task));
    }

    /** The entries are numbered from 1; the first is the agent's own beginning. */
    private boolean hasEntry(String task, int after) {
        return asked(() -> !client.get("/mesh/tasks/" + task + "/output?limit=1&after=" + after)
                .getJsonArray("entries")
                .isEmpty());
    }

    private interface Question<T> {
        T ask() throws IOException, InterruptedException;
    }

    private static <T> T asked(Question<T> question) {
        try {
            return question.ask();
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
