package dev.makima.daemon.run;

import dev.makima.agent.LoopPrompt;
import dev.makima.daemon.agent.TaskLogins;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.SupervisorState;
import dev.makima.protocol.TaskProgress;
import dev.makima.protocol.TaskState;
import java.time.Instant;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a run does where its agent is not logged in: it has the daemon's one login begun, and where the agent ended for that
 * alone, the task is blocked until there is a login, and goes on in its conversation. Nothing of it is saved: a daemon that
 * takes the task over sees how the agent ended, and waits again.
 *
 * <p>Used by the run's thread alone, but for what the login tells.
 */
final class LoginWait implements TaskLogins.Waiting {
    static final String GO_ON = "The login had failed, and you are logged in again. Go on where you stopped.";

    /** How many looks at the controls go to one at the login that is kept on the machine. */
    private static final int FILE_EVERY = 20;

    private final RunServices services;
    private final TaskMachine machine;
    private final Consumer<String> say;
    private final BlockingQueue<Control> controls;
    private final Limits limits;
    private @Nullable Instant refusedSince;
    private boolean asked;
    private boolean renewed;
    /** What the machine kept for a login when one was asked for: whoever logs in there after that is seen. */
    private String keptBefore = "";

    /** Of one run. */
    LoginWait(
            RunServices services,
            TaskMachine machine,
            Consumer<String> say,
            BlockingQueue<Control> controls,
            Limits limits) {
        this.services = services;
        this.machine = machine;
        this.say = say;
        this.controls = controls;
        this.limits = limits;
    }

    @Override
    public void say(String line) {
        controls.add(new Control.Say(line));
    }

    @Override
    public void loggedIn() {
        controls.add(new Control.LoggedIn());
    }

    /**
     * To be called now and then while the agent lives.
     *
     * @param failure why its model refuses it, if it does
     * @param idle whether it has given up
     * @return whether the agent is to end, since it can do nothing without a login
     */
    boolean look(Optional<String> failure, boolean idle, Instant now) {
        if (failure.isEmpty()) {
            forget();
            return false;
        }
        refusedSince = refusedSince == null ? now : refusedSince;
        if (idle || !now.isBefore(refusedSince.plus(services.timers().loginRefusedFor()))) {
            ask(failure.get());
        }
        return idle && isAwaited();
    }

    /** Whether the task is to go on once there is a login. */
    boolean isAwaited() {
        return asked && givenKey().isEmpty();
    }

    /** The agent was logged in anew. One that lives finds that out by itself. */
    void renewed() {
        renewed = true;
    }

    /**
     * Waits for a login where one helps, and for as long as the run may take.
     *
     * @param end of an agent that was refused
     * @param kept messages for the next agent
     * @return what is to follow; nothing where the run is to go on as after any other end
     */
    Optional<AfterLaunch> await(LaunchEnd end, Deque<String> kept, SupervisorActivity activity)
            throws InterruptedException {
        ask(end.loginFailure().orElse(""));
        if (givenKey().isPresent()) {
            forget();
            return Optional.empty();
        }
        if (!renewed && kept.isEmpty() && machine.state() == TaskState.RUNNING) {
            machine.become(TaskState.BLOCKED);
            services.passing()
                    .accept(new TaskProgress(
                            machine.record().taskId(),
                            "The agent is not logged in: the task waits for a login.",
                            null));
        }
        activity.is(SupervisorState.BLOCKED, Optional.empty());
        try {
            Optional<AfterLaunch> next = next(kept);
            if (!(next.orElse(null) instanceof AfterLaunch.End)) {
                goOnFrom(end, next.isPresent());
            }
            return next;
        } finally {
            forget();
        }
    }

    /** From here on the run has no agent, where another is to follow; until here it had one that has ended. */
    private void goOnFrom(LaunchEnd end, boolean again) throws InterruptedException {
        UnaryOperator<TaskRecord> concluded =
                task -> again ? task.withProgress(task.progress().concluded(end.number())) : task;
        if (machine.state() == TaskState.BLOCKED) {
            machine.become(TaskState.RUNNING, concluded);
        } else {
            machine.keep(concluded);
        }
    }

    private Optional<AfterLaunch> next(Deque<String> kept) throws InterruptedException {
        Instant until = services.clock().instant().plus(services.timers().loginWithin());
        int looks = 0;
        while (!renewed && kept.isEmpty()) {
            @Nullable
            Control control = controls.poll(services.timers().lookEvery().toMillis(), TimeUnit.MILLISECONDS);
            Optional<AfterLaunch> end = control == null ? Optional.empty() : obey(control, kept);
            if (end.isPresent()) {
                return end;
            }
            machine.catchUp();
            if (++looks % FILE_EVERY == 0 && !services.logins().kept().equals(keptBefore)) {
                keptBefore = services.logins().kept();
                services.logins().changed();
            }
            Instant now = services.clock().instant();
            if (!machine.record().spawn().isSupervisor() && limits.isTimeUp(now)) {
                say.accept(
                        "The time limit of " + limits.time().toSeconds() + " s is reached, and nobody has logged in.");
                return Optional.of(new AfterLaunch.End(Ending.timedOut(limits.time())));
            }
            if (now.isAfter(until)) {
                say.accept("Nobody has logged in within "
                        + services.timers().loginWithin().toHours() + " h.");
                return Optional.empty();
            }
        }
        return Optional.of(new AfterLaunch.Again(kept.isEmpty() ? goOn() : kept.removeFirst()));
    }

    private Optional<AfterLaunch> obey(Control control, Deque<String> kept) throws InterruptedException {
        switch (control) {
            case Control.LoggedIn _ -> {
                renewed = true;
                say.accept("The agent is logged in again: the task goes on.");
            }
            // Whoever has logged in at the machine itself says so by any message.
            case Control.Deliver(String text) -> kept.add(text);
            case Control.Resume _ -> renewed = true;
            case Control.Say(String line) -> say.accept(line);
            case Control.Pause _ -> say.accept("The task cannot be paused: it has no agent now and waits for a login.");
            case Control.Look _ -> {}
            case Control.Leave _ -> throw new InterruptedException();
            case Control.Stop(StopReason reason, boolean _) -> {
                return Optional.of(new AfterLaunch.End(stopped(reason)));
            }
        }
        return Optional.empty();
    }

    private Ending stopped(StopReason reason) throws InterruptedException {
        return switch (reason) {
            // There is nothing to stop: the next daemon waits on.
            case DAEMON_STOPS -> throw new InterruptedException();
            case WORKTREE_GONE -> Ending.WORKTREE_GONE;
            case TAKEN -> Ending.interrupted();
            case INTERRUPTED, TIMED_OUT, TOO_EXPENSIVE, LINGERED -> {
                say.accept("The task was interrupted.");
                yield Ending.interrupted();
            }
        };
    }

    private String goOn() {
        return machine.record().spawn().autonomousLoop() ? LoopPrompt.goOn() : GO_ON;
    }

    private void ask(String failure) {
        if (asked) {
            return;
        }
        asked = true;
        keptBefore = services.logins().kept();
        TaskRecord task = machine.record();
        String why = failure.isBlank() ? "" : " (" + failure + ")";
        Optional<String> key = givenKey();
        if (key.isPresent()) {
            say.accept(
                    "The model refuses what the agent was given by " + key.get() + why + ": renew that where it comes"
                            + " from, the daemon's environment, process.envVars or the task's own. A login does not replace it.");
            return;
        }
        say.accept("The agent is not logged in" + why + ". The task waits for a login, and then goes on.");
        services.logins().need(task.taskId(), this);
    }

    private void forget() {
        if (asked) {
            services.logins().forget(machine.record().taskId());
        }
        asked = false;
        renewed = false;
        refusedSince = null;
    }

    private Optional<String> givenKey() {
        return services.agents().givenKey(machine);
    }
}
