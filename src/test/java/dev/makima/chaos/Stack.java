package dev.makima.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A server and its daemons as processes, with a bad network between them. For one thread. */
final class Stack {
    private static final Pattern URL = Pattern.compile("server is at http://127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern KEY = Pattern.compile("key, shown this once: (\\S+)");
    private static final Duration ENDING = Duration.ofSeconds(30);

    private final Programs programs;
    private final Programs.Kind kind;
    private final Homes.Home home;
    private final List<Worker> workers;
    private final Api api = new Api();
    private @Nullable Program server;
    private @Nullable String key;

    /**
     * Nothing runs yet.
     *
     * @param kind of the server
     * @param home the server's
     */
    Stack(Programs programs, Programs.Kind kind, Homes.Home home, List<Worker> workers) {
        this.programs = programs;
        this.kind = kind;
        this.home = home;
        this.workers = workers;
    }

    /** The server's API, wherever it is. */
    Api api() {
        return api;
    }

    /** The server's database, as this process sees it. */
    Path database() {
        return home.seen().resolve(".makima/server.db");
    }

    void startServer() throws IOException {
        server = programs.start(kind, home::inside, home.path(), home.logs(), Map.of());
        if (key == null) {
            key = server.printed(KEY);
        }
        serverIsUp();
    }

    /** Waits until it listens. */
    void serverIsUp() {
        int port = Integer.parseInt(server().printed(URL));
        api.at(port, String.valueOf(key));
        workers.forEach(worker -> worker.proxy().target(port));
    }

    void stopServer(boolean kill) {
        workers.forEach(worker -> worker.proxy().target(0));
        if (kill) {
            server().kill();
        } else {
            server().end(ENDING);
        }
    }

    void start(Worker worker) throws IOException {
        worker.start(String.valueOf(key));
    }

    /** Ends everything; what is left then is a finding, and is killed. */
    void close(Path scratch, Findings findings) {
        try {
            workers.stream().filter(Worker::isAlive).forEach(Worker::end);
            if (server != null && server.isAlive()) {
                server.end(ENDING);
            }
        } catch (AssertionError late) {
            findings.add(String.valueOf(late.getMessage()));
        }
        workers.forEach(worker -> worker.proxy().close());
        api.close();
        Leftovers.look(scratch, findings);
    }

    Program server() {
        return Objects.requireNonNull(server, "the server");
    }
}
