package dev.makima.chaos;

import dev.makima.testkit.FaultProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A daemon as a process, and the bad network between it and the server. For one thread. */
final class Worker {
    private static final Duration ENDING = Duration.ofSeconds(30);

    private final Programs programs;
    private final Homes.Home home;
    private final FaultProxy proxy;
    private final Map<String, String> variables;
    private @Nullable Program program;

    /**
     * Nothing runs yet.
     *
     * @param agent what it takes for an agent
     * @param more variables besides those that every one has
     */
    Worker(Programs programs, Homes.Home home, FaultProxy proxy, Path agent, Map<String, String> more) {
        this.programs = programs;
        this.home = home;
        this.proxy = proxy;
        this.variables = new HashMap<>(Map.of(
                "MAKIMA_DAEMON_SERVER_URL", "http://127.0.0.1:" + proxy.port(),
                "MAKIMA_DAEMON_SERVER_RECONNECTINTERVALSECS", "1",
                "MAKIMA_DAEMON_SERVER_PINGINTERVALSECS", "1",
                "MAKIMA_DAEMON_SERVER_PINGDEADLINESECS", "4",
                "MAKIMA_DAEMON_SERVER_HEARTBEATINTERVALSECS", "1",
                // Its disk may be a small one, and is full only when it is meant to be.
                "MAKIMA_DAEMON_ADMISSION_MINFREEDISKBYTES", "0",
                "MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", agent.toString()));
        variables.putAll(more);
    }

    /** Where it keeps what it has, as this process sees it. */
    Path home() {
        return home.seen();
    }

    /** The output of its runs. */
    Path spool() {
        return home().resolve(".makima/spool");
    }

    FaultProxy proxy() {
        return proxy;
    }

    /**
     * Starts it.
     *
     * @param key for the server
     */
    void start(String key) throws IOException {
        variables.put("MAKIMA_API_KEY", key);
        program = programs.start(Programs.Kind.DAEMON, home::inside, home.path(), home.logs(), variables);
    }

    /** SIGTERM, and the end of it. */
    void end() {
        program().end(ENDING);
    }

    /** SIGKILL. */
    void kill() {
        program().kill();
    }

    boolean isAlive() {
        return program != null && program.isAlive();
    }

    Program program() {
        return Objects.requireNonNull(program, "the daemon");
    }
}
