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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One seed: tasks are given to a server and a daemon while these are killed and started again and their connection goes
 * wrong; then peace, and everything is compared. What happens is decided by the seed; how the processes take turns in it
 * is not, so that a seed that has found something finds it again often, not always.
 */
final class ChaosRun {
    private static final Duration PEACE = Duration.ofMinutes(4);
    private static final Duration PACE = Duration.ofMillis(250);
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
        CUT,
        /** The disk with the server's database is full for a while. */
        FILL_SERVER_DISK,
        /** The server is killed on its full disk, and started when there is room again. */
        KILL_ON_FULL_DISK,
        /** The disk with everything of the daemon's is full for a while. */
        FILL_DAEMON_DISK
    }

    /** What the dice of the story choose from; full disks are drawn apart, since they need disks that can be filled. */
    private static final List<Action> BLOWS = List.copyOf(EnumSet.range(Action.TASK, Action.CUT));

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
     * @param starved whether the disk for its output was full before its end, so that some of it may never have been
     *     written; what was written must be whole all the same
     */
    record Work(String taskId, SeededAgent agent, boolean stopped, boolean starved) {
        Work asStopped() {
            return new Work(taskId, agent, true, starved);
        }

        Work asStarved() {
            return new Work(taskId, agent, stopped, true);
        }

        /** Whether it may have done only a part of its work. */
        boolean isPart() {
            return stopped || starved;
        }
    }

    private final Path scratch;
    private final Size size;
    private final long seed;
    private final Dice dice;
    private final Dice faults;
    private final Homes homes;
    private final Worker daemon;
    private final Stack stack;
    private final Api api;
    private final List<Work> works = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final long begun = System.nanoTime();

    private ChaosRun(Programs programs, Path scratch, Size size, long seed) throws IOException {
        this.scratch = scratch;
        this.size = size;
        this.seed = seed;
        this.dice = Dice.of(seed, "story");
        this.faults = Dice.of(seed, "faults");
        this.homes = Homes.in(scratch, faults.chance(25), faults.chance(20));
        Files.createDirectories(scratch.resolve("work"));
        Path agent = new HostileAgent(scratch.resolve("work")).seeded();
        FaultProxy proxy = FaultProxy.start(seed, FAULTY_CONNECTIONS);
        this.daemon = new Worker(programs, homes.daemon(), proxy, agent, Map.of());
        this.stack = new Stack(programs, Programs.Kind.SERVER, homes.server(), List.of(daemon));
        this.api = stack.api();
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
            run.stack.close(run.scratch, findings);
            run.homes.close(!findings.all().isEmpty());
        }
        Files.write(scratch.resolve("story"), run.story);
        Files.write(scratch.resolve("connections"), run.daemon.proxy().history());
        Files.write(scratch.resolve("findings"), findings.all());
        return findings;
    }

    private void act() throws IOException, InterruptedException {
        stack.startServer();
        stack.start(daemon);
        List<Action> actions = new ArrayList<>(Collections.nCopies(dice.between(2, size.tasks()) - 1, Action.TASK));
        int blows = dice.between(1, size.blows());
        for (int i = 0; i < blows; i++) {
            actions.add(dice.pick(BLOWS));
        }
        Collections.shuffle(actions, new Random(dice.between(0, 1 << 30)));
        if (homes.server().canBeFilled()) {
            Action full = faults.chance(40) ? Action.KILL_ON_FULL_DISK : Action.FILL_SERVER_DISK;
            actions.add(faults.between(0, actions.size()), full);
        }
        if (homes.daemon().canBeFilled()) {
            actions.add(faults.between(0, actions.size()), Action.FILL_DAEMON_DISK);
        }
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
                daemon.kill();
                pause(dice.sized(1, 300));
                stack.start(daemon);
            }
            case KILL_SERVER -> {
                stack.stopServer(true);
                pause(dice.sized(1, 300));
                stack.startServer();
            }
            case END_DAEMON -> {
                daemon.end();
                stack.start(daemon);
            }
            case END_SERVER -> {
                stack.stopServer(false);
                stack.startServer();
            }
            case KILL_BOTH -> {
                daemon.kill();
                stack.stopServer(true);
                stack.start(daemon);
                stack.startServer();
            }
            case FREEZE_SERVER -> freeze(stack.server());
            case FREEZE_DAEMON -> freeze(daemon.program());
            case STOP_TASK -> stopTask();
            case CUT -> daemon.proxy().cut();
            case FILL_SERVER_DISK -> full(homes.server());
            case KILL_ON_FULL_DISK -> {
                homes.server().fill();
                pause(faults.sized(100, 1500));
                stack.stopServer(true);
                homes.server().free();
                stack.startServer();
            }
            case FILL_DAEMON_DISK -> {
                // On a full disk it would not start, and say so.
                daemon.program().logged("Processes of tasks");
                starve();
                full(homes.daemon());
                starve();
            }
        }
    }

    private void addTask() throws IOException, InterruptedException {
        int number = works.size();
        SeededAgent work = SeededAgent.drawn(
                Dice.of(seed, "agent " + number), scratch.resolve("work/" + number), size.agent(), faults.chance(10));
        stack.serverIsUp();
        works.add(new Work(api.start("chaos " + number, work.plan()), work, false, false));
    }

    private void stopTask() throws IOException, InterruptedException {
        int number = dice.between(0, works.size() - 1);
        stack.serverIsUp();
        if (api.stop(works.get(number).taskId())) {
            works.set(number, works.get(number).asStopped());
        }
    }

    private void full(Homes.Home home) {
        home.fill();
        pause(faults.sized(100, 2500));
        home.free();
    }

    /** All that may be at work on the daemon's disk now. */
    private void starve() {
        works.replaceAll(work -> isOver(task(work)) ? work : work.asStarved());
    }

    private void freeze(Program program) {
        program.signal("STOP");
        pause(dice.sized(100, 3000));
        program.signal("CONT");
    }

    private void calm() throws IOException, InterruptedException {
        tell("calm");
        daemon.proxy().calm();
        for (Work work : works) {
            if (work.agent().hangs()) {
                continue;
            }
            Await.until(
                    PEACE, PACE, "the end of " + work.agent().directory().getFileName() + " " + work.taskId(), () -> {
                        if (!daemon.program().isAlive()) {
                            throw new AssertionError("the daemon has ended by itself");
                        }
                        return isOver(task(work));
                    });
        }
        stopWhatHangs();
        tell("all have ended");
    }

    /** Its output has to be there before: that an agent does nothing more holds up nothing of what it did. */
    private void stopWhatHangs() throws IOException, InterruptedException {
        for (int i = 0; i < works.size(); i++) {
            Work work = works.get(i);
            if (!work.agent().hangs() || isOver(task(work))) {
                continue;
            }
            int printed = work.agent().stdout().length;
            if (!work.starved()) {
                Await.until(PEACE, "what the hanging agent " + i + " has printed", () -> stdout(work) == printed);
            }
            api.stop(work.taskId());
            works.set(i, work.asStopped());
            Await.until(PEACE, "the hanging task " + i + " to be stopped", () -> isOver(task(work)));
        }
    }

    private int stdout(Work work) {
        try {
            return api.raw(work.taskId(), "stdout").length;
        } catch (IOException e) {
            throw new AssertionError("the server does not answer", e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static boolean isOver(JsonObject task) {
        return List.of("done", "failed", "interrupted").contains(task.getString("status"));
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
            Comparison comparison = new Comparison(findings, work, daemon.spool());
            comparison.state(task(work));
            comparison.awaitStop(
                    () -> api.raw(work.taskId(), "stdout").length, () -> api.raw(work.taskId(), "stderr").length);
            comparison.raw(api.raw(work.taskId(), "stdout"), api.raw(work.taskId(), "stderr"));
            comparison.entries(() -> api.entries(work.taskId()));
            comparison.launches();
        }
        Path starts = scratch.resolve("work/starts");
        int started = Files.exists(starts) ? Files.readAllLines(starts).size() : 0;
        long stopped = works.stream().filter(Work::isPart).count();
        findings.expect(
                started <= works.size() && started >= works.size() - stopped,
                started + " agents were started for " + works.size() + " tasks"
                        + (stopped > 0 ? ", " + stopped + " of them stopped or starved" : ""));
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
