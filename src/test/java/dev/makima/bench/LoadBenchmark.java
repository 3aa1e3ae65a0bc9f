package dev.makima.bench;

import dev.makima.testkit.Await;
import dev.makima.testkit.TestPostgres;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * One server process and all that it is to bear at once: many daemons with running tasks that print, people who watch, and
 * people who look at the list. The daemons live in this process; the server is the packaged program.
 */
final class LoadBenchmark implements Benchmark {
    private static final int TASKS = 1000;
    private static final int WATCHERS = 100;
    private static final int LINES_PER_SECOND =
            Integer.parseInt(Objects.requireNonNullElse(System.getenv("MAKIMA_BENCH_LINES"), "20000"));
    private static final int SECONDS = 40;
    private static final int WARM_UP_SECONDS = 5;
    /** How long the compiler of the JVM has much to do with what is new to it, and takes the processors for that. */
    private static final int YOUNG_SECONDS = 20;

    private static final int HEARTBEAT_MILLIS = 3000;
    private static final int LISTS_PER_SECOND = 25;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final boolean postgres;
    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    /** On SQLite, or on a PostgreSQL that is started for it. */
    LoadBenchmark(boolean postgres) {
        this.postgres = postgres;
    }

    @Override
    public String name() {
        return postgres ? "load-postgres" : "load";
    }

    @Override
    public String description() {
        return String.format(
                "one server on %s, %d daemons with %,d running tasks, %,d lines/s for %d s, each a frame of its own, %d"
                        + " subscribers (SSE), the list of tasks %d times/s, each daemon a heartbeat each %d s. A heartbeat"
                        + " is missed where it is not answered before the next is due; a lease or a connection that is lost, or"
                        + " a line that is lost, doubled or out of order fails the run",
                postgres ? "PostgreSQL" : "SQLite",
                FleetTally.DAEMONS,
                TASKS,
                LINES_PER_SECOND,
                SECONDS,
                WATCHERS,
                LISTS_PER_SECOND,
                HEARTBEAT_MILLIS / 1000);
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.plain(setting);
        for (int i = 0; i < setting.runs(); i++) {
            Path home = installation.home();
            try (Program server = installation.start(home, database(), "server", "--port", "0")) {
                URI url = URI.create(server.printed("server is at (\\S+)"));
                String key = server.printed("key, shown this once: (\\S+)");
                try (ServerClient client = new ServerClient(url.toString(), key);
                        Fleet fleet = Fleet.connect(url, key)) {
                    dispatch(client, fleet);
                    carry(server, url, key, client, fleet);
                } catch (IllegalStateException | AssertionError failed) {
                    throw new IllegalStateException(
                            "the server " + (server.isAlive() ? "runs" : "has ended") + ", its log ends with\n"
                                    + end(Files.readString(home.resolve("log"))),
                            failed);
                }
            }
        }
        return values.entrySet().stream()
                .map(value -> {
                    String[] name = value.getKey().split("\\|");
                    return new Figures(name[0], name[1], value.getValue());
                })
                .toList();
    }

    private Map<String, String> database() {
        if (!postgres) {
            return Map.of("MAKIMA_CACHE", "no");
        }
        TestPostgres.Fresh fresh = TestPostgres.durable();
        return Map.of(
                "MAKIMA_CACHE",
                "no",
                "MAKIMA_DATABASE_URL",
                fresh.uri(),
                "MAKIMA_DATABASE_PASSWORD",
                fresh.password().reveal());
    }

    /** Queues all tasks before any daemon takes one, and then lets them all take them at once. */
    private void dispatch(ServerClient client, Fleet fleet) throws Exception {
        double made = Timing.millis(() -> {
            for (int i = 0; i < TASKS; i++) {
                client.start("a plan of some words, such as people write them");
            }
            return true;
        });
        note("tasks made by REST, one after the other", "/s", TASKS * 1000 / made);
        long begin = System.nanoTime();
        fleet.all(FleetDaemon::sayRuns);
        fleet.await("all tasks to be handed over", () -> fleet.tally().tasksSpawned() == TASKS);
        note("dispatch of 1,000 queued tasks", "ms", (fleet.tally().lastSpawnNanos() - begin) / 1e6);
        fleet.await("all tasks to run", () -> fleet.tally().eventsApplied() == 3 * TASKS);
        note("until the server has them all as running", "ms", (System.nanoTime() - begin) / 1e6);
    }

    private void carry(Program server, URI url, String key, ServerClient client, Fleet fleet) throws Exception {
        FleetTally tally = fleet.tally();
        List<String> watched = tally.tasks().subList(0, WATCHERS);
        FleetWatchers watchers = new FleetWatchers(fleet.vertx(), WATCHERS, tally);
        watchers.watch(url, key, watched);
        fleet.await("all subscribers", () -> watchers.open() == WATCHERS);
        fleet.all(daemon -> daemon.beat(HEARTBEAT_MILLIS));
        double cpu = server.cpuSeconds();
        long begin = System.nanoTime();
        fleet.all(daemon -> daemon.print(LINES_PER_SECOND / TASKS, WARM_UP_SECONDS + SECONDS));
        LockSupport.parkNanos(WARM_UP_SECONDS * 1_000_000_000L);
        try (FleetLister lister = new FleetLister(client, "/mesh/tasks", LISTS_PER_SECOND, tally)) {
            fleet.await("all lines to be sent", () -> tally.daemonsPrinted() == FleetTally.DAEMONS);
            List<Double> millis = lister.end();
            int young = Math.min(millis.size(), (YOUNG_SECONDS - WARM_UP_SECONDS) * LISTS_PER_SECOND);
            lists("in its first " + YOUNG_SECONDS + " s", millis.subList(0, young));
            lists("after that", millis.subList(young, millis.size()));
        }
        fleet.await("all lines to be acknowledged", () -> tally.linesAcknowledged() == tally.linesSent());
        double seconds = (tally.lastAcknowledgedNanos() - begin) / 1e9;
        note("lines stored and acknowledged", "/s", tally.linesAcknowledged() / seconds);
        note("lines stored and acknowledged in all", "lines", (double) tally.linesAcknowledged());
        Figures acknowledgements = new Figures("acknowledgements", "ms", tally.acknowledgements());
        note("from a line sent to its acknowledgement, median", "ms", acknowledgements.median());
        note("  99th percentile", "ms", acknowledgements.percentile(0.99));
        long each = (long) (WARM_UP_SECONDS + SECONDS) * LINES_PER_SECOND / TASKS;
        fleet.await("all lines to be seen", () -> watchers.linesSeen() == each * WATCHERS);
        Figures delays = new Figures("delays", "ms", watchers.delays());
        note("from a line sent to its event at a subscriber, median", "ms", delays.median());
        note("  99th percentile ", "ms", delays.percentile(0.99));
        note("processor time of the server", "s per s", (server.cpuSeconds() - cpu) / seconds);
        end(client, fleet, watchers, each);
        note("most memory of the server", "MB", server.peakMegabytes());
    }

    private void lists(String when, List<Double> millis) {
        Figures lists = new Figures("lists", "ms", millis);
        note("GET tasks (50 of 1,000), " + when + ", median", "ms", lists.median());
        note("  99th percentile, " + when, "ms", lists.percentile(0.99));
    }

    private void end(ServerClient client, Fleet fleet, FleetWatchers watchers, long each) throws Exception {
        FleetTally tally = fleet.tally();
        long begin = System.nanoTime();
        fleet.all(FleetDaemon::complete);
        fleet.await("all tasks to be done", () -> tally.eventsApplied() == 4 * TASKS);
        note("end of 1,000 tasks", "ms", (System.nanoTime() - begin) / 1e6);
        fleet.await("all subscribers to see the end", () -> watchers.ended() == WATCHERS);
        for (String task : tally.tasks()) {
            Await.until(PATIENCE, "all entries of " + task, () -> isWhole(client, task, each));
        }
        tally.check();
        Figures beats = new Figures("beats", "ms", tally.beats());
        note("heartbeats sent", "", beats.values().size());
        note("heartbeats missed", "", tally.heartbeatsMissed());
        note("from a heartbeat to its answer, 99th percentile", "ms", beats.percentile(0.99));
        note("  longest", "ms", beats.max());
    }

    private static String end(String log) {
        List<String> lines =
                log.lines().filter(line -> !line.contains(" INFO ")).toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    private static boolean isWhole(ServerClient client, String task, long each) {
        try {
            JsonObject found = client.get("/mesh/tasks/" + task);
            return found.getString("status").equals("done") && found.getLong("lastSeq") == each;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void note(String name, String unit, double value) {
        values.computeIfAbsent(name + "|" + unit + " ", _ -> new ArrayList<>()).add(value);
    }
}
