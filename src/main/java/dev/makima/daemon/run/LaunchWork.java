package dev.makima.daemon.run;

import dev.makima.agent.AgentSignal;
import dev.makima.base.StreamName;
import dev.makima.daemon.agent.AgentWatch;
import dev.makima.daemon.agent.InputEnd;
import dev.makima.daemon.agent.StopLadder;
import dev.makima.process.Launch;
import dev.makima.process.LaunchState;
import dev.makima.process.Tailer;
import dev.makima.protocol.SupervisorState;
import dev.makima.protocol.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One agent process of a run, from its start, or from where an earlier daemon left it, to its end: what it is told, how
 * it is paused and stopped, and how it ended. Used by the run's thread alone, once.
 */
final class LaunchWork {
    /** Of the end of standard error, in characters. */
    private static final int LONGEST_ERROR = 2000;

    private final RunParts run;
    private final RunServices services;
    private final TaskMachine machine;
    private final LaunchPolicy policy;
    private final Launch launch;
    private final AgentPause pause;
    private final InputEnd inputEnd;
    private final Messages messages;
    private final OutputDisk disk;
    private final LostWords lost;
    private final AtomicBoolean looking = new AtomicBoolean();

    private @Nullable StopReason stopping;
    private @Nullable StopLadder ladder;
    private boolean killing;
    private boolean shown;
    private boolean useless;
    private AgentSignal.@Nullable TurnEnded counted;

    LaunchWork(RunParts run, LaunchPolicy policy, Launch launch, boolean adopted) {
        this.run = run;
        this.services = run.services();
        this.machine = run.machine();
        this.policy = policy;
        this.launch = launch;
        this.pause = new AgentPause(run, launch, adopted);
        this.inputEnd = new InputEnd(launch);
        this.messages = new Messages(run, policy, launch);
        this.disk = new OutputDisk(machine, run.spool(), launch);
        this.lost = new LostWords(run, disk, adopted);
    }

    /**
     * Sees to the agent until it is gone; what it left running goes as well.
     *
     * @throws InterruptedException when the daemon ends: the agent lives on, and the next daemon finds it
     */
    LaunchEnd supervise() throws InterruptedException {
        Tailer.Subscription exit = services.tailer().watch(launch, _ -> look());
        long from = machine.record().progress().outputFrom();
        try (AgentWatch watch =
                new AgentWatch(services.tailer(), run.spool(), from, services.clock(), services.masked(), this::look)) {
            exit.nudge();
            deliverKept(watch);
            Instant started = services.clock().instant();
            Pulse pulse = new Pulse(services, watch, machine.record().taskId(), this::say, started);
            LaunchEnd end = afterExit(watch, untilExit(watch, pulse));
            pulse.end();
            return end;
        } finally {
            exit.close();
        }
    }

    private LaunchState untilExit(AgentWatch watch, Pulse pulse) throws InterruptedException {
        LaunchState state = launch.state();
        while (!state.isFinal()) {
            runIfItDoes(state);
            pause.look(ladder != null);
            @Nullable Control control = run.controls().poll(patience(), TimeUnit.MILLISECONDS);
            if (control != null) {
                obey(control, watch);
            }
            disk.look();
            Instant now = services.clock().instant();
            boolean idle = watch.idle(run.spool().length(StreamName.STDOUT));
            run.activity().is(idle ? SupervisorState.IDLE : SupervisorState.WORKING, watch.lastWords());
            stopWhatTookTooMuch(watch, now);
            useless = run.login().look(watch.loginFailure(), idle, now);
            if (ladder != null) {
                if (idle) {
                    ladder.turnEnded(now);
                }
                ladder.advance(now);
            } else {
                Optional<String> question = lost.look(idle || inputEnd.isOver(), now);
                if (question.isPresent()) {
                    deliver(question.get(), watch);
                }
                endWhenIdle(idle, now);
                pulse.look(now, idle || machine.state() == TaskState.PAUSED);
            }
            state = launch.state();
        }
        runIfItDoes(state);
        return state;
    }

    private void runIfItDoes(LaunchState state) throws InterruptedException {
        if (shown || state instanceof LaunchState.Starting) {
            return;
        }
        shown = true;
        if (machine.state() == TaskState.STARTING) {
            machine.become(TaskState.RUNNING);
        }
        pause.show();
    }

    /** How long to wait for the next control: not long while the agent or the end of its input is about to come. */
    private long patience() {
        return !shown || inputEnd.isComing() ? 2 : services.timers().lookEvery().toMillis();
    }

    private void obey(Control control, AgentWatch watch) throws InterruptedException {
        switch (control) {
            case Control.Look _ -> looking.set(false);
            case Control.Say(String line) -> say(line);
            case Control.Deliver(String text) -> deliver(text, watch);
            case Control.Pause _ -> pause.pause(ladder != null);
            case Control.Resume _ -> pause.resume();
            case Control.LoggedIn _ -> run.login().renewed();
            case Control.Stop(StopReason reason, boolean graceful) -> stop(reason, graceful);
            case Control.Leave _ -> throw new InterruptedException();
        }
    }

    private void stop(StopReason reason, boolean graceful) {
        // A task that is to end ends, though its agent was just being stopped for another reason: a supervisor would
        // wait for its next message instead.
        if (stopping == null || (reason.endsTask() && !stopping.endsTask())) {
            stopping = reason;
        }
        Instant now = services.clock().instant();
        if (reason == StopReason.TAKEN || pause.mustStayStill()) {
            // Another's agent may be at work by now: one that stands still must not go on for an orderly end.
            killing = true;
            ladder = StopLadder.killing(launch, services.timers().stop(), now);
            return;
        }
        if (machine.state() == TaskState.PAUSED) {
            launch.processes().resume();
        }
        if (ladder == null) {
            ladder = new StopLadder(launch, services.timers().stop(), graceful, now);
        } else if (!graceful) {
            ladder.hurry(now);
        }
    }

    /** What came when the process before this one took nothing any more. */
    private void deliverKept(AgentWatch watch) throws InterruptedException {
        // No more than there were: one that is not taken is kept again.
        for (int left = run.kept().size(); left > 0; left--) {
            deliver(run.kept().removeFirst(), watch);
        }
    }

    private void deliver(String text, AgentWatch watch) throws InterruptedException {
        if (inputEnd.isOver() || ladder != null) {
            messages.keepOrRefuse(text);
            return;
        }
        // Its input was about to end: it does not, since there is more for the agent to do.
        inputEnd.putOff();
        pause.goOn();
        messages.handOver(text, watch);
    }

    private void endWhenIdle(boolean idle, Instant now) {
        if (!idle || machine.state() == TaskState.PAUSED) {
            // One that works, or stands still by order, cannot end now: neither makes it one that does not want to.
            inputEnd.excuse(now);
        }
        if (machine.state() == TaskState.PAUSED) {
            return;
        }
        if (!policy.keepsInputOpen() || useless) {
            inputEnd.look(idle && run.controls().isEmpty(), now);
        }
        if (inputEnd.isOutstayed(services.timers().exitsWithin(), now)) {
            say("The agent has finished but does not end: it is stopped.");
            stop(StopReason.LINGERED, false);
        }
    }

    private void stopWhatTookTooMuch(AgentWatch watch, Instant now) {
        noteCost(watch);
        if (ladder != null) {
            return;
        }
        if (run.limits().isTimeUp(now)) {
            say("The time limit of " + run.limits().time().toSeconds() + " s is reached: the agent is stopped.");
            stop(StopReason.TIMED_OUT, true);
        } else if (run.limits().isMoneySpent()) {
            say("The cost limit is reached: the agent is stopped.");
            stop(StopReason.TOO_EXPENSIVE, true);
        }
    }

    private void noteCost(AgentWatch watch) {
        watch.lastTurn().filter(turn -> !turn.equals(counted)).ifPresent(turn -> {
            counted = turn;
            machine.remember(task -> task.withProgress(task.progress().spent(turn.totalCostUsd())));
        });
    }

    private LaunchEnd afterExit(AgentWatch watch, LaunchState state) throws InterruptedException {
        if (machine.state() == TaskState.PAUSED && (stopping == null || !stopping.endsTask())) {
            // It was continued to be stopped, or by somebody else: a task goes neither from paused to done, nor on with
            // another agent as paused.
            machine.become(TaskState.RUNNING);
        }
        // What the agent left behind goes first: it could still write to the files that are about to be final.
        int left = launch.processes().all().size();
        if (left > 0) {
            launch.processes()
                    .terminate(killing ? Duration.ZERO : services.timers().sweepGrace());
            say("Ended " + left + (left == 1 ? " process" : " processes") + " that the agent had left running.");
        }
        watch.awaitReadTo(
                run.spool().length(StreamName.STDOUT), services.timers().outputStall());
        watch.finish();
        noteCost(watch);
        if (stopping == null && run.limits().isMoneySpent()) {
            stopping = StopReason.TOO_EXPENSIVE;
        }
        Ending ending = ending(watch, state);
        Optional<String> refused =
                ending.state() == TaskState.FAILED && (stopping == null || stopping == StopReason.LINGERED)
                        ? LoginFailure.of(state, watch, standardError())
                        : Optional.empty();
        return new LaunchEnd(launch.number(), ending, stopping, refused, watch.gate());
    }

    private Ending ending(AgentWatch watch, LaunchState state) {
        return switch (stopping) {
            case null -> disk.told(LastWord.ending(launch, state, watch, standardError()));
            case INTERRUPTED -> {
                say("The task was interrupted.");
                yield Ending.interrupted();
            }
            // What has become of the task was said.
            case TAKEN -> Ending.interrupted();
            case DAEMON_STOPS -> {
                say("The daemon stops, and the agent with it.");
                yield Ending.interrupted();
            }
            case WORKTREE_GONE -> Ending.WORKTREE_GONE;
            case TIMED_OUT -> Ending.timedOut(run.limits().time());
            case TOO_EXPENSIVE -> run.limits().tooExpensive();
            // Its work was over: how it was brought to its end says nothing of it.
            case LINGERED -> Ending.of(new LaunchState.Exited(0), watch.lastTurn(), standardError());
        };
    }

    private String standardError() {
        // Masked before it is cut: half a secret would be found by nobody.
        String end = services.masked().apply(run.spool().tail(StreamName.STDERR, 4 * LONGEST_ERROR));
        return end.substring(Math.max(0, end.length() - LONGEST_ERROR));
    }

    private void look() {
        if (looking.compareAndSet(false, true) && !run.controls().offer(new Control.Look())) {
            looking.set(false);
        }
    }

    private void say(String line) {
        run.spool().appendDaemonLine(line);
    }
}
