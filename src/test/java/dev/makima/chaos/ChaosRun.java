package dev.makima.chaos;

import dev.makima.testkit.Await;
import dev.makima.testkit.Dice;
import dev.makima.testkit.FaultProxy;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.SeededAgent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One seed: tasks are given to a server and a daemon while these are killed and started again and their connection goes
 * wrong; then peace, and everything is compared. What happens is decided by the seed; how the processes take turns in it
 * is not, so that a seed that has found something finds it again often, not always.
 */
final class ChaosRun {
    private static final Pattern URL = Pattern.compile("server is at http://127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern KEY = Pattern.compile("key, shown this once: (\\S+)");
    private static final Duration PEACE = Duration.ofMinutes(4);
    private static final Duration ENDING = Duration.ofSeconds(30);
    private static final int FAULTY_CONNECTIONS = 65;

    /** What is done to them, one after the other. */
    private enum Action {
        TASK,
        KILL_DAEMON,
        KILL_SERVER,
        END_DAEMON,
        END_SERVER,
        KILL_BOTH,
        /** The server stands still for a while, as one that swaps or whose machine sleeps. */
        FREEZE_SERVER,
        FREEZE_DAEMON,
        /** A user stops a task. */
        STOP_TASK,
        CUT
    }

    /**
     * How long a run gets.
     *
     * @param tasks the most tasks
     * @param blows the most kills, ends and cuts
     * @param gap the longest time between two actions, in milliseconds
     */
    record Size(int tasks, int blows, int gap, SeededAgent.Size agent) {
        /** Some seconds. */
        static final Size SHORT = new Size(5, 3, 600, new SeededAgent.Size(10, 1 << 20, 500));
    }

    /**
     * A task and what its agent does.
     *
     * @param stopped whether somebody stopped it before its end, so that it may have done only a part of that
     */
    record Work(String taskId, SeededAgent agent, boolean stopped) {
        Work asStopped() {
            return new Work(taskId, agent, true);
        }
    }

    private final Programs programs;
    private final Path scratch;
    private final Size size;
    private final long seed;
    private final Dice dice;
    private final FaultProxy proxy;
    private final Path agent;
    private final Api api = new Api();
    private final List<Work> works = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final long begun = System.nanoTime();
    private @Nullable Program server;
    private @Nullable Program daemon;
    private @Nullable String key;

    private ChaosRun(Programs programs, Path scratch, Size size, long seed) throws IOException {
        this.programs = programs;
        this.scratch = scratch;
        this.size = size;
        this.seed = seed;
        this.dice = Dice.of(seed, "story");
        for (String directory : List.of("server", "daemon", "work")) {
            Files.createDirectories(scratch.resolve(directory));
        }
        this.agent = new HostileAgent(scratch.resolve("work")).seeded();
        this.proxy = FaultProxy.start(seed, FAULTY_CONNECTIONS);
    }

    /**
     * Runs a seed to its end.
     *
     * @param scratch an empty directory; what is left in it tells the story where something is wrong
     */
    static Findings of(long seed, Programs programs, Path scratch, Size size) throws Exception {
        ChaosRun run = new ChaosRun(programs, scratch, size, seed);
        Findings findings = new Findings(seed);
        try {
            run.act();
            run.calm();
            run.compare(findings);
        } catch (IOException | RuntimeException | AssertionError broken) {
            findings.add("broke off: " + broken);
        } finally {
            run.close(findings);
        }
        Files.write(scratch.resolve("story"), run.story);
        Files.write(scratch.resolve("connections"), run.proxy.history());
        Files.write(scratch.resolve("findings"), findings.all());
        return findings;
    }

    /** Starts both and ends them in order, so that their archives are there. */
    static void warmUp(Programs programs, Path scratch) throws IOException {
        ChaosRun run = new ChaosRun(programs, scratch, Size.SHORT, 0);
        run.proxy.calm();
        run.startServer();
        run.startDaemon();
        Await.until(PEACE, "a connection", () -> run.proxy.history().size() > 0);
        run.pause(300);
        run.close(new Findings(0));
    }

    private void act() throws IOException, InterruptedException {
        startServer();
        startDaemon();
        List<Action> actions = new ArrayList<>(Collections.nCopies(dice.between(2, size.tasks()) - 1, Action.TASK));
        int blows = dice.between(1, size.blows());
        for (int i = 0; i < blows; i++) {
            actions.add(dice.pick(List.of(Action.values())));
        }
        Collections.shuffle(actions, new Random(dice.between(0, 1 << 30)));
        actions.addFirst(Action.TASK);
        for (Action action : actions) {
            act(action);
            pause(dice.sized(1, size.gap()));
        }
    }

    private void act(Action action) throws IOException, InterruptedException {
        tell(action.toString());
        switch (action) {
            case TASK -> addTask();
            case KILL_DAEMON -> {
                daemon().kill();
                pause(dice.sized(1, 300));
                startDaemon();
            }
            case KILL_SERVER -> {
                stopServer(true);
                pause(dice.sized(1, 300));
                startServer();
            }
            case END_DAEMON -> {
                daemon().end(ENDING);
                startDaemon();
            }
            case END_SERVER -> {
                stopServer(false);
                startServer();
            }
            case KILL_BOTH -> {
                daemon().kill();
                stopServer(true);
                startDaemon();
                startServer();
            }
            case FREEZE_SERVER -> freeze(server());
            case FREEZE_DAEMON -> freeze(daemon());
            case STOP_TASK -> stopTask();
            case CUT -> proxy.cut();
        }
    }

    private void addTask() throws IOException, InterruptedException {
        int number = works.size();
        SeededAgent work =
                SeededAgent.drawn(Dice.of(seed, "agent " + number), scratch.resolve("work/" + number), size.agent());
        serverIsUp();
        works.add(new Work(api.start("chaos " + number, work.plan()), work, false));
    }

    private void stopTask() throws IOException, InterruptedException {
        int number = dice.between(0, works.size() - 1);
        serverIsUp();
        if (api.stop(works.get(number).taskId())) {
            works.set(number, works.get(number).asStopped());
        }
    }

    private void freeze(Program program) {
        program.signal("STOP");
        pause(dice.sized(100, 3000));
        program.signal("CONT");
    }

    private void startServer() throws IOException {
        server = programs.start("server", scratch.resolve("server"), Map.of(), "--port", "0");
        if (key == null) {
            key = server.printed(KEY);
        }
        serverIsUp();
    }

    private void serverIsUp() {
        int port = Integer.parseInt(server().printed(URL));
        api.at(port, String.valueOf(key));
        proxy.target(port);
    }

    private void stopServer(boolean kill) {
        proxy.target(0);
        if (kill) {
            server().kill();
        } else {
            server().end(ENDING);
        }
    }

    private void startDaemon() throws IOException {
        daemon = programs.start(
                "daemon",
                scratch.resolve("daemon"),
                Map.of(
                        "MAKIMA_API_KEY", String.valueOf(key),
                        "MAKIMA_DAEMON_SERVER_URL", "http://127.0.0.1:" + proxy.port(),
                        "MAKIMA_DAEMON_SERVER_RECONNECTINTERVALSECS", "1",
                        "MAKIMA_DAEMON_SERVER_PINGINTERVALSECS", "1",
                        "MAKIMA_DAEMON_SERVER_PINGDEADLINESECS", "4",
                        "MAKIMA_DAEMON_SERVER_HEARTBEATINTERVALSECS", "1",
                        "MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", agent.toString()));
    }

    private void calm() {
        tell("calm");
        proxy.calm();
        List<String> open = new ArrayList<>();
        try {
            Await.until(PEACE, "all tasks to end", () -> {
                if (!daemon().isAlive()) {
                    throw new AssertionError("the daemon has ended by itself");
                }
                open.clear();
                works.forEach(work -> note(open, work));
                return open.isEmpty();
            });
        } catch (AssertionError late) {
            throw new AssertionError(late.getMessage() + ": " + open, late);
        }
        tell("all have ended");
    }

    private void note(List<String> open, Work work) {
        JsonObject task = task(work);
        if (!List.of("done", "failed", "interrupted").contains(task.getString("status"))) {
            open.add(work.agent().directory().getFileName() + " " + work.taskId() + " " + task.getString("status"));
        }
    }

    private JsonObject task(Work work) {
        try {
            return api.task(work.taskId());
        } catch (IOException e) {
            throw new AssertionError("the server does not answer", e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private void compare(Findings findings) throws IOException, InterruptedException {
        for (Work work : works) {
            Comparison comparison = new Comparison(findings, work, scratch.resolve("daemon/.makima/spool"));
            comparison.state(task(work));
            comparison.awaitStop(() -> api.raw(work.taskId(), "stdout").length);
            comparison.raw(api.raw(work.taskId(), "stdout"), api.raw(work.taskId(), "stderr"));
            comparison.entries(() -> api.entries(work.taskId()));
            comparison.launches();
        }
        Path starts = scratch.resolve("work/starts");
        int started = Files.exists(starts) ? Files.readAllLines(starts).size() : 0;
        long stopped = works.stream().filter(Work::stopped).count();
        findings.expect(
                started <= works.size() && started >= works.size() - stopped,
                started + " agents were started for " + works.size() + " tasks"
                        + (stopped > 0 ? ", " + stopped + " of them stopped" : ""));
    }

    /** Ends everything; what is left then is a finding, and is killed. */
    private void close(Findings findings) {
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
    }

    private Program server() {
        return Objects.requireNonNull(server, "the server");
    }

    private Program daemon() {
        return Objects.requireNonNull(daemon, "the daemon");
    }

    private void tell(String what) {
        story.add("%6d ms  %s".formatted(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun), what));
    }

    /** Part of the story, not a wait for something. */
    private void pause(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
