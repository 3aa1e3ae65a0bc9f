package dev.makima.chaos;

import dev.makima.testkit.Await;
import dev.makima.testkit.Dice;
import dev.makima.testkit.FaultProxy;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One seed with two daemons: one of them is away for longer than its leases last, so that the other gets its tasks, and
 * comes back; and, where the seed says so, the server gets an older copy of its database meanwhile. Then peace, and
 * everything is compared.
 */
final class MeshRun {
    private static final Duration PEACE = Duration.ofMinutes(3);
    private static final Duration PACE = Duration.ofMillis(250);

    /** How a daemon goes away. */
    private enum Away {
        /** Nothing comes through between it and the server. */
        CUT,
        /** Its agents go on until their leases are over. */
        KILLED,
        /** As on a machine that swaps; its agents likewise. */
        FROZEN
    }

    private final Path scratch;
    private final long seed;
    private final Dice dice;
    private final boolean restores;
    private final Homes.Home home;
    private final List<Worker> workers;
    private final Stack stack;
    private final List<MeshWork> works = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final long begun = System.nanoTime();
    private final String repository;

    private MeshRun(Programs programs, Path scratch, long seed, boolean restores) throws IOException {
        this.scratch = scratch;
        this.seed = seed;
        this.dice = Dice.of(seed, "mesh");
        this.restores = restores;
        this.home = Homes.home(scratch, "server", false);
        Files.createDirectories(scratch.resolve("work"));
        Path agent = new HostileAgent(scratch.resolve("work")).watched();
        this.repository =
                "file://" + TestRepository.create(scratch.resolve("repository")).directory();
        List<Worker> made = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            made.add(new Worker(
                    programs,
                    Homes.home(scratch, "daemon-" + i, false),
                    FaultProxy.start(seed + i, 0),
                    agent,
                    Map.of("MAKIMA_DAEMON_PROCESS_HEARTBEATCOMMITINTERVALSECS", "1")));
        }
        this.workers = List.copyOf(made);
        this.stack = new Stack(programs, Programs.Kind.LEASE_SERVER, home, workers);
    }

    /**
     * Runs a seed to its end.
     *
     * @param scratch an empty directory; what is left in it tells the story where something is wrong
     * @param restores whether the server gets an older copy of its database
     */
    static Findings of(long seed, Programs programs, Path scratch, boolean restores) throws Exception {
        MeshRun run = new MeshRun(programs, scratch, seed, restores);
        Findings findings = new Findings(seed);
        try {
            run.act();
            run.calm();
            new MeshComparison(findings, new ServerDatabase(run.stack.database()), run.workers, restores)
                    .compare(run.works, run.stack.api());
        } catch (IOException | SQLException | RuntimeException | AssertionError broken) {
            findings.add("broke off: " + broken);
        } finally {
            run.stack.close(run.scratch, findings);
        }
        Files.write(scratch.resolve("story"), run.story);
        Files.write(scratch.resolve("findings"), findings.all());
        return findings;
    }

    private void act() throws IOException, InterruptedException, SQLException {
        stack.startServer();
        for (Worker worker : workers) {
            stack.start(worker);
        }
        Await.until(PEACE, "both daemons", () -> connected() == workers.size());
        int tasks = dice.between(1, 3);
        for (int i = 0; i < tasks; i++) {
            addTask();
        }
        int blows = dice.between(1, 2);
        int copied = restores ? dice.between(0, blows - 1) : -1;
        for (int i = 0; i < blows; i++) {
            pause(dice.sized(300, 2000));
            if (i == copied) {
                copy();
            }
            if (dice.chance(40)) {
                addTask();
            }
            blow();
        }
    }

    /** One daemon is away for longer than its leases last, mostly; the server may get its copy meanwhile, or after. */
    private void blow() throws IOException, InterruptedException {
        int number = dice.between(0, workers.size() - 1);
        Worker worker = workers.get(number);
        Away how = dice.pick(List.of(Away.values()));
        int millis = dice.chance(80) ? dice.between(4500, 6500) : dice.between(200, 3000);
        int restoreAt = dice.between(0, 3);
        tell(how + " daemon " + number + " for " + millis + " ms");
        switch (how) {
            case CUT -> {
                worker.proxy().hold(true);
                worker.proxy().cut();
            }
            case KILLED -> worker.kill();
            case FROZEN -> worker.program().signal("STOP");
        }
        if (isCopied() && restoreAt == 1) {
            pause(millis / 2);
            restore();
            pause(millis / 2);
        } else {
            pause(millis);
        }
        if (isCopied() && restoreAt == 2) {
            restore();
        }
        switch (how) {
            case CUT -> worker.proxy().hold(false);
            case KILLED -> stack.start(worker);
            case FROZEN -> worker.program().signal("CONT");
        }
        tell("daemon " + number + " is back");
        if (how != Away.CUT) {
            Await.until(PEACE, "daemon " + number, () -> connected() == workers.size());
        }
        if (isCopied()) {
            pause(dice.sized(100, 2000));
            restore();
        }
    }

    private Path copied() {
        return scratch.resolve("copy.db");
    }

    private boolean isCopied() {
        return Files.exists(copied());
    }

    private void copy() throws SQLException {
        tell("the database is copied");
        new ServerDatabase(stack.database()).copyTo(copied());
        works.replaceAll(MeshWork::asCopied);
    }

    /** The server is killed, and gets the copy. */
    private void restore() throws IOException {
        tell("the server gets the copy");
        stack.stopServer(true);
        new ServerDatabase(stack.database()).restore(copied());
        Files.delete(copied());
        stack.startServer();
    }

    private void addTask() throws IOException, InterruptedException {
        int number = works.size();
        tell("task " + number);
        var agent = MeshWork.drawn(Dice.of(seed, "agent " + number), scratch.resolve("work/" + number));
        stack.serverIsUp();
        JsonObject task = new JsonObject()
                .put("name", "mesh " + number)
                .put("plan", agent.plan())
                .put("repositoryUrl", repository);
        works.add(new MeshWork(stack.api().start(task), agent, false));
    }

    private void calm() {
        tell("calm");
        for (MeshWork work : works) {
            Await.until(PEACE, PACE, "the end of " + name(work), () -> {
                for (Worker worker : workers) {
                    if (!worker.isAlive()) {
                        throw new AssertionError("a daemon has ended by itself");
                    }
                }
                return isOver(work);
            });
        }
        tell("all have ended");
        // A daemon that is away for longer and longer tries more and more seldom to come back.
        for (MeshWork work : works) {
            Await.until(
                    PEACE,
                    PACE,
                    "all agents to end of " + name(work),
                    () -> launches(work).stream()
                            .noneMatch(launch ->
                                    Files.exists(launch.resolve("id")) && !Files.exists(launch.resolve("exit"))));
        }
    }

    private static String name(MeshWork work) {
        return work.agent().directory().getFileName() + " " + work.taskId();
    }

    private List<Path> launches(MeshWork work) {
        try {
            return MeshComparison.launches(workers, work.taskId());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** One that the server knows nothing of ends on its daemon alone. */
    private boolean isOver(MeshWork work) {
        try {
            if (restores && !work.inCopy()) {
                // Where it had not been handed over yet, nobody has heard of it.
                List<Path> launches = launches(work);
                return launches.isEmpty() || launches.stream().anyMatch(launch -> Files.exists(launch.resolve("exit")));
            }
            return List.of("done", "failed")
                    .contains(stack.api().task(work.taskId()).getString("status"));
        } catch (IOException e) {
            throw new AssertionError("the server does not answer", e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private long connected() {
        try {
            return new JsonObject(stack.api().daemons())
                    .getJsonArray("daemons").stream()
                            .filter(daemon ->
                                    ((JsonObject) daemon).getString("status").equals("connected"))
                            .count();
        } catch (IOException e) {
            throw new AssertionError("the server does not answer", e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private void tell(String what) {
        story.add("%6d ms  %s".formatted(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun), what));
    }

    /** Part of the story, not a wait for something. */
    private static void pause(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
