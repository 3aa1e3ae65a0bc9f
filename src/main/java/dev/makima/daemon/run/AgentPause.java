package dev.makima.daemon.run;

import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig.Lease.OnExpiry;
import dev.makima.daemon.lease.Standing;
import dev.makima.daemon.lease.Term;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.process.Launch;
import dev.makima.process.WatchTime;
import dev.makima.protocol.TaskState;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When one agent stands still, and when it goes on: as people wish, and as the lease of its run wants it. The lease's part is
 * done again and again by what holds at that moment, and why a run is paused is saved with its state: whatever a daemon
 * dies of, the next one goes on from there. Used by the run's thread alone.
 *
 * <p>While no daemon looks, the launch's own watch does that part, by what is written down for it here. It comes a little
 * after the lease's end: a daemon that lives is first, and says what it does.
 */
final class AgentPause {
    private static final System.Logger LOG = System.getLogger(AgentPause.class.getName());
    /** An agent that is stopped when its lease is over takes less; a server hands its task over after 30 s or more. */
    private static final Duration LONGEST_GRACE = Duration.ofSeconds(15);

    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(10);

    private final RunParts run;
    private final TaskMachine machine;
    private final Launch launch;
    /** Whether it may stand still without its state telling. */
    private boolean unsaved;

    private boolean shown;
    private boolean pauseHeld;
    private @Nullable Term told;
    private boolean warned;

    /** @param adopted whether an earlier daemon started it */
    AgentPause(RunParts run, Launch launch, boolean adopted) {
        this.run = run;
        this.machine = run.machine();
        this.launch = launch;
        this.unsaved = adopted;
    }

    /** What a watch goes by for such a lease. */
    static WatchTime watchTime(Term term) {
        return new WatchTime(
                term.until().plus(least(LONGEST_GRACE, term.length().dividedBy(8))),
                least(LONGEST_SLEEP, term.length().dividedBy(12)));
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The agent has shown itself: before, it has no processes that could be stopped. */
    void show() throws InterruptedException {
        shown = true;
        if (pauseHeld) {
            pause(false);
        }
    }

    /**
     * Does what the lease asks for now.
     *
     * @param stopping whether the agent is being stopped for good
     */
    void look(boolean stopping) throws InterruptedException {
        if (!shown) {
            return;
        }
        boolean stopped = launch.isStoppedByWatch();
        boolean over = run.services().config().lease().onExpiry() == OnExpiry.PAUSE && standing() == Standing.OVER;
        if (!stopping && machine.state() == TaskState.RUNNING && (stopped || over)) {
            pauseByLease(stopped);
        }
        if (unsaved && !stopping && machine.state() == TaskState.RUNNING && isInForce()) {
            unsaved = false;
            if (launch.processes().isAgentStopped()) {
                // The daemon before stopped it, and ended before that was saved: nobody else would let it go on.
                launch.processes().resume();
            }
        }
        if (mayWork() && !stopping && isPaused() && machine.record().progress().pausedByLease()) {
            say("The server was heard of again: the agent goes on.");
            letGo();
        }
    }

    /** A person wants it to stand still. The state follows only what was really done. */
    void pause(boolean stopping) throws InterruptedException {
        pauseHeld = !shown && !stopping;
        if (pauseHeld) {
            return;
        }
        if (isPaused() && machine.record().progress().pausedByLease() && !stopping) {
            machine.keep(task -> byLease(task, false));
            say("The agent stands still already, for its lease; it stays so until it is resumed.");
        } else if (machine.state() != TaskState.RUNNING || stopping) {
            say("The task cannot be paused: it is "
                    + (stopping ? "being stopped" : machine.state().wire()) + ".");
        } else if (launch.processes().pause()) {
            machine.become(TaskState.PAUSED, task -> byLease(task, false));
        } else {
            launch.processes().resume();
            say("The task cannot be paused: its processes did not stop.");
        }
    }

    /** A person wants it to go on. */
    void resume() throws InterruptedException {
        if (isPaused()) {
            goOn();
        } else if (pauseHeld) {
            pauseHeld = false;
        } else {
            say("The task cannot be resumed: it is " + machine.state().wire() + ".");
        }
    }

    /** There is work for it: if it is paused it goes on, or does so once its lease is in force. */
    void goOn() throws InterruptedException {
        if (isPaused() && mayWork()) {
            letGo();
        } else if (isPaused() && !machine.record().progress().pausedByLease()) {
            machine.keep(task -> byLease(task, true));
            say("The agent goes on as soon as the task's lease is in force again.");
        }
    }

    /** Whether it stands still and must not go on for a moment, not even to end in order: the task may be another's. */
    boolean mustStayStill() {
        return isPaused() && !isInForce();
    }

    private void pauseByLease(boolean stopped) throws InterruptedException {
        if (launch.processes().all().isEmpty()) {
            // It has ended, which is about to be seen.
            return;
        }
        say(
                stopped
                        ? "The task's lease was over and no daemon had renewed it: the agent stands still until it is."
                        : "The server was not heard of until the task's lease was over: the agent is paused until it is"
                                + " (lease.onExpiry).");
        if (!launch.processes().pause()) {
            say("Some processes of the task do not stand still.");
        }
        machine.become(TaskState.PAUSED, task -> byLease(task, true));
    }

    private void letGo() throws InterruptedException {
        if (!launch.processes().resume()) {
            if (launch.processes().all().isEmpty()) {
                // It was ended while it stood still, and its end is about to be seen: it does not go on.
                return;
            }
            // The agent was told, which nothing can refuse; a tool may have stopped itself again.
            say("Some processes of the task still stand still.");
        }
        machine.become(TaskState.RUNNING);
    }

    /**
     * Whether the lease is in force and the watch knows it: an agent that went on before would be stopped again. What the
     * watch did is forgotten before the agent goes on, so that a watch which is just at it is heard at its end.
     */
    private boolean mayWork() {
        if (!isInForce()) {
            return false;
        }
        Term term =
                run.services().leases().term(machine.record().runId()).orElse(new Term(Term.FOREVER, LONGEST_SLEEP));
        try {
            boolean stopped = launch.isStoppedByWatch();
            if (stopped || !term.equals(told)) {
                launch.mayRun(watchTime(term));
                told = term;
            }
            if (stopped && isPaused()) {
                launch.forgetStop();
            }
            return true;
        } catch (MakimaException e) {
            if (!warned) {
                warned = true;
                LOG.log(
                        Level.WARNING,
                        "task {0}: its agent will stand still, as its lease cannot be written down: {1}",
                        machine.record().taskId(),
                        e.explain());
            }
            return false;
        }
    }

    private boolean isInForce() {
        Standing standing = standing();
        return standing == Standing.FREE || standing == Standing.UNKNOWN;
    }

    private Standing standing() {
        return run.services().leases().standing(machine.record().runId());
    }

    private boolean isPaused() {
        return machine.state() == TaskState.PAUSED;
    }

    private static TaskRecord byLease(TaskRecord task, boolean value) {
        return task.withProgress(task.progress().pausedByLease(value));
    }

    private void say(String line) {
        run.spool().appendDaemonLine(line);
    }
}
