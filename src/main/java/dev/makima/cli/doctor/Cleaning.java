package dev.makima.cli.doctor;

import dev.makima.config.DaemonConfig;
import dev.makima.daemon.DaemonHome;
import dev.makima.daemon.bus.Cleaned;
import dev.makima.daemon.control.ControlClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The clean-up by command: by the daemon where one runs, else by this process in its place. Blocking. */
public final class Cleaning {
    /** What a daemon gives itself for it. */
    private static final Duration LIMIT = Duration.ofMinutes(11);

    private final Doctor doctor;

    /** A clean-up by this doctor's configuration. */
    public Cleaning(Doctor doctor) {
        this.doctor = doctor;
    }

    /**
     * Does it.
     *
     * @param dryRun whether to say only what would be done
     * @throws dev.makima.base.MakimaException where a daemon runs that does not answer, or the configuration or the
     *     database cannot be used
     */
    public List<Cleaned> run(Vertx vertx, boolean dryRun) throws InterruptedException {
        DaemonConfig config = doctor.daemonConfig(vertx);
        DaemonHome home = new DaemonHome(config, doctor.environment());
        Optional<ControlClient> daemon = ControlClient.connect(home.directory());
        List<Cleaned> done = new ArrayList<>();
        if (daemon.isEmpty()) {
            home.clean(vertx, dryRun, done::add);
            return done;
        }
        try (ControlClient client = daemon.get()) {
            JsonObject answer = client.ask(new JsonObject().put("verb", "clean").put("dryRun", dryRun), LIMIT);
            JsonArray list = answer.getJsonArray("leftovers", new JsonArray());
            for (int i = 0; i < list.size(); i++) {
                done.add(Cleaned.of(list.getJsonObject(i)));
            }
            return done;
        }
    }
}
