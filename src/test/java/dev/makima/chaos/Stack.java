package dev.makima.chaos;

import dev.makima.testkit.FaultProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A server and a daemon as processes, with a bad network between them. For one thread. */
final class Stack {
    private static final Pattern URL = Pattern.compile("server is at http://127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern KEY = Pattern.compile("key, shown this once: (\\S+)");
    private static final Duration ENDING = Duration.ofSeconds(30);

    private final Programs programs;
    private final Homes homes;
    private final FaultProxy proxy;
    private final Path agent;
    private final Api api = new Api();
    private @Nullable Program server;
    private @Nullable Program daemon;
    private @Nullable String key;

    /** Nothing runs yet. */
    Stack(Programs programs, Homes homes, FaultProxy proxy, Path agent) {
        this.programs = programs;
        this.homes = homes;
        this.proxy = proxy;
        this.agent = agent;
    }

    /** The server's API, wherever it is. */
    Api api() {
        return api;
    }

    FaultProxy proxy() {
        return proxy;
    }

    void startServer() throws IOException {
        Homes.Home home = homes.server();
        server = programs.start("server", home::inside, home.path(), home.logs(), Map.of(), "--port", "0");
        if (key == null) {
            key = server.printed(KEY);
        }
        serverIsUp();
    }

    /** Waits until it listens. */
    void serverIsUp() {
        int port = Integer.parseInt(server().printed(URL));
        api.at(port, String.valueOf(key));
        proxy.target(port);
    }

    void stopServer(boolean kill) {
        proxy.target(0);
        if (kill) {
            server().kill();
        } else {
            server().end(ENDING);
        }
    }

    void startDaemon() throws IOException {
        Homes.Home home = homes.daemon();
        daemon = programs.start(
                "daemon",
                home::inside,
                home.path(),
                home.logs(),
                Map.of(
                        "MAKIMA_API_KEY", String.valueOf(key),
                        "MAKIMA_DAEMON_SERVER_URL", "http://127.0.0.1:" + proxy.port(),
                        "MAKIMA_DAEMON_SERVER_RECONNECTINTERVALSECS", "1",
                        "MAKIMA_DAEMON_SERVER_PINGINTERVALSECS", "1",
                        "MAKIMA_DAEMON_SERVER_PINGDEADLINESECS", "4",
                        "MAKIMA_DAEMON_SERVER_HEARTBEATINTERVALSECS", "1",
                        // Its disk may be a small one, and is full only when it is meant to be.
                        "MAKIMA_DAEMON_ADMISSION_MINFREEDISKBYTES", "0",
                        "MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", agent.toString()));
    }

    void endDaemon() {
        daemon().end(ENDING);
    }

    /** Ends everything; what is left then is a finding, and is killed. */
    void close(Path scratch, Findings findings) {
        try {
            if (daemon != null && daemon.isAlive()) {
                daemon.end(ENDING);
            }
            if (server != null && server.isAlive()) {
                server.end(ENDING);
            }
        } catch (AssertionError late) {
            findings.add(String.valueOf(late.getMessage()));
        }
        proxy.close();
        api.close();
        Leftovers.look(scratch, findings);
        homes.close(!findings.all().isEmpty());
    }

    Program server() {
        return Objects.requireNonNull(server, "the server");
    }

    Program daemon() {
        return Objects.requireNonNull(daemon, "the daemon");
    }
}
