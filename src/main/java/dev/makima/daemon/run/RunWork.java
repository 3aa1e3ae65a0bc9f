package dev.makima.daemon.run;

import dev.makima.agent.AgentInput;
import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.process.Launch;
import dev.makima.process.LaunchState;
import dev.makima.process.RunSpool;
import dev.makima.process.Tailer;
import dev.makima.protocol.TaskProgress;
import dev.makima.protocol.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a run does, read from top to bottom: a place to work, an agent, what it says, and how the work ends.
 *
 * <p>Used by the run's thread alone; it blocks only on the queue of {@link Control}s and on short git calls. An agent
 * that an earlier daemon started is taken over by the same code: only the launch is attached instead of started.
 */
final class RunWork {

    private final RunServices services;
    private final TaskMachine machine;
    private final RunSpool spool;
    private final BlockingQueue<Control> controls;
    private final SetUp setUp;
    private final AtomicBoolean looking = new AtomicBoolean();

    private @Nullable StopReason stopping;
    private @Nullable StopLadder ladder;
    private boolean inputEnding;
    private boolean inputEnded;
    private boolean silenceWarned;
    private Instant lastProgress = Instant.MIN;
    private String lastSummary = "";

    /** The work of a task that is admitted and saved. */
    RunWork(RunServices services, TaskMachine machine, RunSpool spool, BlockingQueue<Control> controls, SetUp setUp) {
        this.services = services;
        this.machine = machine;
        this.spool = spool;
        this.controls = controls;
        this.setUp = setUp;
    }

    /**
     * Does all of it; blocks for as long as the task takes.
     *
     * @throws InterruptedException when the daemon ends: the agent lives on, and the next daemon finds it
     */
    void execute() throws InterruptedException {
        Ending ending = workAndWatch();
        new RunFinish(services, machine, spool).end(ending);
    }

    private Ending workAndWatch() throws InterruptedException {
        Launch launch;
        try {
            launch = machine.record().launches() > 0
                    ? spool.attach(machine.record().launches())
                    : setUp();
        } catch (SetUp.Stopped e) {
            return Ending.stopped(stopReason(), 0);
        } catch (MakimaException e) {
            return Ending.failed(e.explain());
        }
        Tailer.Subscription exit = services.tailer().watch(launch, _ -> look());
        try (AgentWatch watch = new AgentWatch(services.tailer(), spool, services.clock(), this::look)) {
            exit.nudge();
            return supervise(launch, watch);
        } finally {
            exit.close();
        }
    }

    private Launch setUp() throws InterruptedException {
        return setUp.run(() -> {
            RunStart start = new RunStart(services, machine, spool);
            start.prepareDirectory();
            machine.become(TaskState.STARTING);
            return start.launchAgent();
        });
    }

    private Ending supervise(Launch launch, AgentWatch watch) throws InterruptedException {
        Instant started = services.clock().instant();
        if (machine.state() == TaskState.STARTING) {
            machine.become(TaskState.RUNNING);
        }
        LaunchState state = launch.state();
        while (!state.isFinal()) {
            @Nullable Control control = controls.poll(patience(), TimeUnit.MILLISECONDS);
            if (control != null) {
                obey(control, launch, watch);
            }
            Instant now = services.clock().instant();
            stopWhatTookTooLong(launch, started, now);
            if (ladder != null) {
                ladder.advance(now);
            } else {
                endInputWhenIdle(launch, watch);
                warnOfSilence(watch, started, now);
                tellProgress(watch, now);
            }
            state = launch.state();
        }
        return afterExit(launch, watch, state, started);
    }

    /** How long to wait for the next control: not long while the end of input waits for its last bytes. */
    private long patience() {
        return inputEnding && !inputEnded ? 2 : services.timers().lookEvery().toMillis();
    }

    private void obey(Control control, Launch launch, AgentWatch watch) throws InterruptedException {
        switch (control) {
            case Control.Look _ -> looking.set(false);
            case Control.Say(String line) -> say(line);
            case Control.Deliver(String text) -> deliver(text, launch, watch);
            case Control.Pause _ -> {
                if (machine.state() == TaskState.RUNNING && ladder == null) {
                    launch.processes().pause();
                    machine.become(TaskState.PAUSED);
                }
            }
            case Control.Resume _ -> resume(launch);
            case Control.Stop(StopReason reason, boolean graceful) -> {
                if (stopping == null) {
                    stopping = reason;
                }
                if (machine.state() == TaskState.PAUSED) {
                    launch.processes().resume();
                }
                ladder = new StopLadder(launch, graceful, services.clock().instant());
            }
        }
    }

    private void resume(Launch launch) throws InterruptedException {
        if (machine.state() == TaskState.PAUSED) {
            launch.processes().resume();
            machine.become(TaskState.RUNNING);
        }
    }

    private void deliver(String text, Launch launch, AgentWatch watch) throws InterruptedException {
        if (inputEnding || ladder != null) {
            say("A message came too late: the agent has finished. The message was: " + Text.abbreviate(text, 200));
            return;
        }
        resume(launch);
        UUID id = services.ids().get();
        String line = AgentInput.userMessage(text, id);
        services.store().await(new StoreRequest.NoteMessage(machine.record().runId(), id, line));
        watch.expectTurn();
        launch.send(line);
    }

    private void endInputWhenIdle(Launch launch, AgentWatch watch) {
        if (!inputEnding && controls.isEmpty() && watch.idle(spool.length(StreamName.STDOUT))) {
            inputEnding = true;
        }
        if (inputEnding && !inputEnded) {
            inputEnded = launch.endInput();
        }
    }

    private void stopWhatTookTooLong(Launch launch, Instant started, Instant now) {
        Duration limit = timeLimit();
        if (!limit.isZero() && ladder == null && now.isAfter(started.plus(limit))) {
            stopping = StopReason.TIMED_OUT;
            say("The time limit of " + limit.toSeconds() + " s is reached: the agent is stopped.");
            ladder = new StopLadder(launch, true, now);
        }
    }

    private Duration timeLimit() {
        @Nullable Long own = machine.record().spawn().timeoutSecs();
        return own == null ? services.config().process().defaultTimeout() : Duration.ofSeconds(own);
    }

    private void warnOfSilence(AgentWatch watch, Instant started, Instant now) {
        if (!silenceWarned
                && watch.lastOutput().isEmpty()
                && now.isAfter(started.plus(services.timers().firstOutputWithin()))) {
            silenceWarned = true;
            say("The agent has printed nothing for "
                    + services.timers().firstOutputWithin().toSeconds()
                    + " s since it started; it may be waiting for its model, or for a login on this machine.");
        }
    }

    private void tellProgress(AgentWatch watch, Instant now) {
        if (now.isBefore(lastProgress.plus(services.timers().progressEvery()))) {
            return;
        }
        Optional<String> words = watch.lastWords().map(text -> Text.abbreviate(text, 200));
        if (words.isPresent() && !words.get().equals(lastSummary)) {
            lastProgress = now;
            lastSummary = words.get();
            services.passing().accept(new TaskProgress(taskId(), lastSummary, null));
        }
    }

    private Ending afterExit(Launch launch, AgentWatch watch, LaunchState state, Instant started)
            throws InterruptedException {
        // What the agent left behind goes first: it could still write to the files that are about to be final.
        int left = launch.processes().all().size();
        if (left > 0) {
            launch.processes().terminate(services.timers().sweepGrace());
            say("Ended " + left + (left == 1 ? " process" : " processes") + " that the agent had left running.");
        }
        watch.awaitReadTo(spool.length(StreamName.STDOUT), services.timers().outputStall());
        watch.finish();
        if (stopping != null) {
            say(stopping == StopReason.INTERRUPTED ? "The task was interrupted." : "The agent was stopped.");
            return Ending.stopped(
                    stopping,
                    Duration.between(started, services.clock().instant()).toSeconds());
        }
        return Ending.of(state, watch.lastTurn(), spool.tail(StreamName.STDERR, 2000));
    }

    private StopReason stopReason() {
        for (Control control : controls) {
            if (control instanceof Control.Stop stop) {
                return stop.reason();
            }
        }
        return StopReason.INTERRUPTED;
    }

    private void look() {
        if (looking.compareAndSet(false, true) && !controls.offer(new Control.Look())) {
            looking.set(false);
        }
    }

    private void say(String line) {
        spool.appendDaemonLine(line);
    }

    private TaskId taskId() {
        return machine.record().taskId();
    }
}
