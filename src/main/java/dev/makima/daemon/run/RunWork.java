package dev.makima.daemon.run;

import dev.makima.agent.AgentInput;
import dev.makima.agent.LoopPrompt;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.daemon.lease.Standing;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.process.Launch;
import dev.makima.process.RunSpool;
import dev.makima.process.WatchTime;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.SupervisorState;
import dev.makima.protocol.TaskState;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;

/**
 * What a run does, read from top to bottom: a place to work, one agent process or several after each other, and how the
 * work ends. What follows a process is its {@link LaunchPolicy}'s to say; the process itself is {@link LaunchWork}.
 *
 * <p>Used by the run's thread alone; it blocks only on the queue of {@link Control}s and on short git calls. An agent
 * that an earlier daemon started is taken over by the same code: only the launch is attached instead of started.
 */
final class RunWork {
    private final RunServices services;
    private final TaskMachine machine;
    private final RunSpool spool;
    private final SetUp setUp;
    private final RunParts parts;
    private final LaunchPolicy policy;

    /** The work of a task that is admitted and saved. */
    RunWork(
            RunServices services,
            TaskMachine machine,
            RunSpool spool,
            BlockingQueue<Control> controls,
            SetUp setUp,
            SupervisorActivity activity) {
        this.services = services;
        this.machine = machine;
        this.spool = spool;
        this.setUp = setUp;
        Limits limits = new Limits(services, machine);
        LoginWait login = new LoginWait(services, machine, this::say, controls, limits);
        this.parts = new RunParts(services, machine, spool, controls, new ArrayDeque<>(), limits, login, activity);
        this.policy = policy(machine.record().spawn(), limits);
    }

    /** A supervisor is never in a loop: it goes on when it is told to. */
    private LaunchPolicy policy(SpawnTask spawn, Limits limits) {
        if (spawn.isSupervisor()) {
            return new SupervisorPolicy(machine, spool);
        }
        return spawn.autonomousLoop() ? new LoopPolicy(services, machine, spool, limits) : new LaunchPolicy.Once();
    }

    /**
     * Does all of it; blocks for as long as the task takes.
     *
     * @throws InterruptedException when the daemon ends: the agent lives on, and the next daemon finds it
     */
    void execute() throws InterruptedException {
        try {
            work();
        } catch (InterruptedException | RuntimeException e) {
            // The next daemon knows nothing of them.
            parts.kept().forEach(text -> sayInSpite(MessageWords.notTaken(text)));
            throw e;
        }
    }

    /** An interrupt fails a write to a file, and the daemon's end may come at any moment. */
    private void sayInSpite(String line) {
        try {
            say(line);
        } catch (MakimaException e) {
            if (!Thread.interrupted()) {
                throw e;
            }
            say(line);
        }
    }

    private void work() throws InterruptedException {
        AfterLaunch next = machine.record().launches() == 0 ? begin() : takeOver();
        while (true) {
            switch (next) {
                case AfterLaunch.Again(String message) -> next = again(message);
                case AfterLaunch.Await _ -> next = awaitMessage();
                case AfterLaunch.End(Ending ending) -> {
                    parts.kept().forEach(text -> say(MessageWords.tooLate(text)));
                    new RunFinish(services, machine, spool).end(ending);
                    return;
                }
            }
        }
    }

    private AfterLaunch begin() throws InterruptedException {
        return launched(
                () -> {
                    services.workplaces().prepare(machine, machine.earlier(), this::say);
                    policy.beforeFirst();
                    machine.become(TaskState.STARTING);
                    awaitLease();
                    return services.agents()
                            .first(machine, spool, parts.limits().moneyLeft(), watchTime());
                },
                reason -> new AfterLaunch.End(Ending.failed(reason)));
    }

    private AfterLaunch again(String message) throws InterruptedException {
        return launched(
                () -> {
                    awaitLease();
                    return services.agents()
                            .again(machine, spool, parts.limits().moneyLeft(), watchTime(), message);
                },
                reason -> policy.notStarted(message, reason));
    }

    /** What came before may have taken longer than the lease: another daemon's agent may be at work. */
    private void awaitLease() throws InterruptedException {
        Standing standing = services.leases().awaitLease(machine.record().runId());
        if (standing == Standing.FENCED || standing == Standing.CANCELLED) {
            throw new SetUp.Stopped();
        }
    }

    private Optional<WatchTime> watchTime() {
        return services.leases().term(machine.record().runId()).map(AgentPause::watchTime);
    }

    private AfterLaunch launched(SetUp.Step step, Failed failed) throws InterruptedException {
        Launch launch;
        try {
            launch = setUp.run(step);
        } catch (SetUp.Stopped e) {
            // A set-up that breaks off after the agent was started leaves no agent.
            services.endLastAgent(spool);
            return new AfterLaunch.End(stopped());
        } catch (MakimaException e) {
            leaveIfInterrupted();
            services.endLastAgent(spool);
            return failed.next(e.explain());
        }
        return supervised(launch, false);
    }

    private AfterLaunch supervised(Launch launch, boolean adopted) throws InterruptedException {
        LaunchEnd end = new LaunchWork(parts, policy, launch, adopted).supervise();
        Optional<AfterLaunch> renewed = end.loginFailure().isEmpty()
                ? Optional.empty()
                : parts.login().await(end, parts.kept(), parts.activity());
        return renewed.isPresent() ? renewed.get() : policy.after(end);
    }

    /** How a set-up that was stopped ends: as the first stop that waits for this thread says. */
    private Ending stopped() {
        StopReason reason = parts.controls().stream()
                .filter(Control.Stop.class::isInstance)
                .map(stop -> ((Control.Stop) stop).reason())
                .findFirst()
                .orElse(StopReason.INTERRUPTED);
        if (reason == StopReason.WORKTREE_GONE) {
            return Ending.WORKTREE_GONE;
        }
        say(
                reason == StopReason.DAEMON_STOPS
                        ? "The daemon stops, and the task with it."
                        : "The task was interrupted.");
        return Ending.interrupted();
    }

    /** Goes on where an earlier daemon was: with its agent, or between two. */
    private AfterLaunch takeOver() throws InterruptedException {
        TaskRecord task = machine.record();
        int number = task.launches();
        LostMessage message = new LostMessage(services.store(), spool.launch(number));
        Optional<String> lost = message.find(task.runId());
        boolean concluded = task.progress().concluded() == number;
        // The row comes before the process: where there is none, the next one is that one.
        if (concluded || !Files.exists(spool.launch(number))) {
            keep(lost, message);
            return policy.between();
        }
        Launch launch = Launch.attach(spool, number);
        if (lost.isEmpty() || launch.state().isFinal() || !handOver(launch, lost.get())) {
            keep(lost, message);
        }
        return supervised(launch, true);
    }

    private static boolean handOver(Launch launch, String line) {
        try {
            launch.send(line);
            return true;
        } catch (MakimaException e) {
            if (e.code() != ErrorCode.CONFLICT) {
                throw e;
            }
            // It has ended a moment ago, or takes nothing any more. How it ends counts, and the message is kept or
            // refused.
            return false;
        }
    }

    /** What the next process is told anyway is not told it twice, and starts none: the plan, and to go on. */
    private void keep(Optional<String> lost, LostMessage message) {
        boolean plan = machine.record().launches() == 1 && message.isTheFirst();
        lost.filter(_ -> !plan)
                .flatMap(AgentInput::textOf)
                .filter(text -> !text.equals(LoopPrompt.goOn()))
                .ifPresent(parts.kept()::add);
    }

    /** A task without an agent goes on with the next message. */
    private AfterLaunch awaitMessage() throws InterruptedException {
        parts.activity().is(SupervisorState.IDLE, Optional.empty());
        while (parts.kept().isEmpty()) {
            switch (parts.controls().take()) {
                case Control.Deliver(String text) -> parts.kept().add(text);
                case Control.Say(String line) -> say(line);
                case Control.Pause _ -> say("The task cannot be paused: it has no agent now and waits for a message.");
                case Control.Resume _ ->
                    say("The task cannot be resumed: it has no agent now and waits for a message.");
                case Control.Stop(StopReason reason, boolean _) -> {
                    if (reason == StopReason.DAEMON_STOPS) {
                        // There is nothing to stop: the next daemon waits on.
                        throw new InterruptedException();
                    }
                    if (reason == StopReason.WORKTREE_GONE) {
                        return new AfterLaunch.End(Ending.WORKTREE_GONE);
                    }
                    say("The task was interrupted.");
                    return new AfterLaunch.End(Ending.interrupted());
                }
                case Control.Leave _ -> throw new InterruptedException();
                case Control.Look _, Control.LoggedIn _ -> {}
            }
        }
        String message = parts.kept().removeFirst();
        if (parts.limits().isMoneySpent()) {
            say("The agent is not started again: "
                    + parts.limits().tooExpensive().error() + ". " + MessageWords.notTaken(message));
            return new AfterLaunch.Await();
        }
        return new AfterLaunch.Again(message);
    }

    /** The daemon's end fails a write to a file as well: that is no failure of the task. */
    private static void leaveIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void say(String line) {
        spool.appendDaemonLine(line);
    }

    /** What follows a start that failed. */
    @FunctionalInterface
    private interface Failed {
        AfterLaunch next(String reason) throws InterruptedException;
    }
}
