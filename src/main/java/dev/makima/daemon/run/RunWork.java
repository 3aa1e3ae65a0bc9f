package dev.makima.daemon.run;

import dev.makima.agent.AgentInput;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import dev.makima.base.Text;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.process.Launch;
import dev.makima.process.LaunchState;
import dev.makima.process.RunSpool;
import dev.makima.process.Tailer;
import dev.makima.protocol.TaskState;
import java.time.Duration;
import java.time.Instant;
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
    private boolean pauseHeld;
    private @Nullable Instant inputEndedAt;

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
            launch = machine.record().launches() > 0 ? takeOver() : setUp();
        } catch (SetUp.Stopped e) {
            sweep();
            return Ending.interrupted();
        } catch (MakimaException e) {
            leaveIfInterrupted();
            sweep();
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

    private Launch takeOver() throws InterruptedException {
        Launch launch = spool.attach(machine.record().launches());
        new LostMessage(services.store(), launch).sendIfMissing(machine.record().runId());
        return launch;
    }

    private Launch setUp() throws InterruptedException {
        return setUp.run(() -> {
            new Workplace(services, machine, spool).prepare();
            machine.become(TaskState.STARTING);
            return new AgentStart(services, machine, spool).launch();
        });
    }

    /** A set-up that breaks off after the agent was started leaves no agent. */
    void sweep() {
        if (spool.lastLaunch() > 0) {
            spool.attach(spool.lastLaunch())
                    .processes()
                    .terminate(services.timers().sweepGrace());
        }
    }

    /** The daemon's end fails a write to a file as well: that is no failure of the task. */
    private static void leaveIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private Ending supervise(Launch launch, AgentWatch watch) throws InterruptedException {
        Instant started = services.clock().instant();
        Pulse pulse = new Pulse(services, watch, machine.record().taskId(), this::say, started);
        LaunchState state = launch.state();
        while (!state.isFinal()) {
            runIfItDoes(launch, state);
            @Nullable Control control = controls.poll(patience(), TimeUnit.MILLISECONDS);
            if (control != null) {
                obey(control, launch, watch);
            }
            Instant now = services.clock().instant();
            stopWhatTookTooLong(launch, started, now);
            if (ladder != null) {
                if (watch.idle(spool.length(StreamName.STDOUT))) {
                    ladder.turnEnded(now);
                }
                ladder.advance(now);
            } else {
                endInputWhenIdle(launch, watch, now);
                endWhatStays(launch, now);
                pulse.look(now);
            }
            state = launch.state();
        }
        runIfItDoes(launch, state);
        return afterExit(launch, watch, state);
    }

    /** An agent that has not shown itself has no processes that could be stopped. */
    private void runIfItDoes(Launch launch, LaunchState state) throws InterruptedException {
        if (machine.state() == TaskState.STARTING && !(state instanceof LaunchState.Starting)) {
            machine.become(TaskState.RUNNING);
            if (pauseHeld) {
                pause(launch);
            }
        }
    }

    /** How long to wait for the next control: not long while the agent or the end of its input is about to come. */
    private long patience() {
        return machine.state() == TaskState.STARTING || (inputEnding && inputEndedAt == null)
                ? 2
                : services.timers().lookEvery().toMillis();
    }

    private void obey(Control control, Launch launch, AgentWatch watch) throws InterruptedException {
        switch (control) {
            case Control.Look _ -> looking.set(false);
            case Control.Say(String line) -> say(line);
            case Control.Deliver(String text) -> deliver(text, launch, watch);
            case Control.Pause _ -> pause(launch);
            case Control.Resume _ -> {
                if (machine.state() == TaskState.PAUSED) {
                    resume(launch);
                } else if (pauseHeld) {
                    pauseHeld = false;
                } else {
                    say("The task cannot be resumed: it is " + machine.state().wire() + ".");
                }
            }
            case Control.Stop(StopReason reason, boolean graceful) -> stop(reason, graceful, launch);
            case Control.Leave _ -> throw new InterruptedException();
        }
    }

    private void stop(StopReason reason, boolean graceful, Launch launch) {
        if (stopping == null || stopping == StopReason.LINGERED) {
            stopping = reason;
        }
        if (machine.state() == TaskState.PAUSED) {
            launch.processes().resume();
        }
        Instant now = services.clock().instant();
        if (ladder == null) {
            ladder = new StopLadder(launch, services.timers().stop(), graceful, now);
        } else if (!graceful) {
            ladder.hurry(now);
        }
    }

    /** The state follows only what was really done. */
    private void pause(Launch launch) throws InterruptedException {
        pauseHeld = machine.state() == TaskState.STARTING && ladder == null;
        if (pauseHeld) {
            return;
        }
        if (machine.state() != TaskState.RUNNING || ladder != null) {
            say("The task cannot be paused: it is "
                    + (ladder == null ? machine.state().wire() : "being stopped") + ".");
        } else if (launch.processes().pause()) {
            machine.become(TaskState.PAUSED);
        } else {
            launch.processes().resume();
            say("The task cannot be paused: its processes did not stop.");
        }
    }

    private void resume(Launch launch) throws InterruptedException {
        launch.processes().resume();
        machine.become(TaskState.RUNNING);
    }

    private void deliver(String text, Launch launch, AgentWatch watch) throws InterruptedException {
        if (inputEndedAt != null || ladder != null) {
            say(tooLate(text));
            return;
        }
        // Its input was about to end: it does not, since there is more for the agent to do.
        inputEnding = false;
        if (machine.state() == TaskState.PAUSED) {
            resume(launch);
        }
        UUID id = services.ids().get();
        String line = AgentInput.userMessage(text, id);
        services.store().await(new StoreRequest.NoteMessage(machine.record().runId(), id, line));
        // Before it is sent: the answer may be there before this line goes on.
        watch.expectTurn();
        try {
            launch.send(line);
        } catch (MakimaException e) {
            if (e.code() != ErrorCode.CONFLICT) {
                throw e;
            }
            // It ended a moment ago, which this loop has not seen yet: how it ended counts, not that nobody listens
            // now.
            say(tooLate(text));
        }
    }

    /** What is said to a message that nobody takes any more. */
    static String tooLate(String message) {
        return "A message came too late: the agent has finished. The message was: " + Text.abbreviate(message, 200);
    }

    private void endInputWhenIdle(Launch launch, AgentWatch watch, Instant now) {
        if (!inputEnding && controls.isEmpty() && watch.idle(spool.length(StreamName.STDOUT))) {
            inputEnding = true;
        }
        if (inputEnding && inputEndedAt == null && launch.endInput()) {
            inputEndedAt = now;
        }
    }

    /** An agent ends within milliseconds of its input. One that does not would keep its task running for ever. */
    private void endWhatStays(Launch launch, Instant now) {
        if (inputEndedAt != null
                && now.isAfter(inputEndedAt.plus(services.timers().exitsWithin()))) {
            say("The agent has finished but does not end: it is stopped.");
            stop(StopReason.LINGERED, false, launch);
        }
    }

    private void stopWhatTookTooLong(Launch launch, Instant started, Instant now) {
        Duration limit = timeLimit();
        if (!limit.isZero() && ladder == null && now.isAfter(started.plus(limit))) {
            say("The time limit of " + limit.toSeconds() + " s is reached: the agent is stopped.");
            stop(StopReason.TIMED_OUT, true, launch);
        }
    }

    private Duration timeLimit() {
        @Nullable Long own = machine.record().spawn().timeoutSecs();
        return own == null ? services.config().process().defaultTimeout() : Duration.ofSeconds(own);
    }

    private Ending afterExit(Launch launch, AgentWatch watch, LaunchState state) throws InterruptedException {
        if (machine.state() == TaskState.PAUSED && stopping == null) {
            // Somebody else continued or ended it: a task does not go from paused to done.
            machine.become(TaskState.RUNNING);
        }
        // What the agent left behind goes first: it could still write to the files that are about to be final.
        int left = launch.processes().all().size();
        if (left > 0) {
            launch.processes().terminate(services.timers().sweepGrace());
            say("Ended " + left + (left == 1 ? " process" : " processes") + " that the agent had left running.");
        }
        watch.awaitReadTo(spool.length(StreamName.STDOUT), services.timers().outputStall());
        watch.finish();
        return switch (stopping) {
            case null -> Ending.of(state, watch.lastTurn(), standardError());
            case INTERRUPTED -> {
                say("The task was interrupted.");
                yield Ending.interrupted();
            }
            case DAEMON_STOPS -> {
                say("The daemon stops, and the agent with it.");
                yield Ending.interrupted();
            }
            case WORKTREE_GONE -> Ending.WORKTREE_GONE;
            case TIMED_OUT -> Ending.timedOut(timeLimit());
            // Its work was over: how it was brought to its end says nothing of it.
            case LINGERED -> Ending.of(new LaunchState.Exited(0), watch.lastTurn(), standardError());
        };
    }

    private String standardError() {
        return spool.tail(StreamName.STDERR, 2000);
    }

    private void look() {
        if (looking.compareAndSet(false, true) && !controls.offer(new Control.Look())) {
            looking.set(false);
        }
    }

    private void say(String line) {
        spool.appendDaemonLine(line);
    }
}
