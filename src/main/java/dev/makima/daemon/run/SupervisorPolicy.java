package dev.makima.daemon.run;

import dev.makima.process.RunSpool;
import java.util.Optional;

/**
 * A supervisor lives on without an agent: it stays running, gives up its slot, and its next message starts it again.
 */
final class SupervisorPolicy implements LaunchPolicy {
    private final TaskMachine machine;
    private final RunSpool spool;

    SupervisorPolicy(TaskMachine machine, RunSpool spool) {
        this.machine = machine;
        this.spool = spool;
    }

    @Override
    public boolean keepsInputOpen() {
        return true;
    }

    @Override
    public boolean keepsMessages() {
        return true;
    }

    @Override
    public void beforeFirst() {
        // Nothing is compared later.
    }

    @Override
    public AfterLaunch after(LaunchEnd end) throws InterruptedException {
        if (end.stopped() == StopReason.INTERRUPTED || end.stopped() == StopReason.DAEMON_STOPS) {
            return new AfterLaunch.End(end.ending());
        }
        String how = end.ending().error() == null ? "" : " (" + end.ending().error() + ")";
        spool.appendDaemonLine("The agent has ended" + how + ": the task is ready, and waits for the next message.");
        machine.rest(end.number());
        return new AfterLaunch.Await();
    }

    @Override
    public Optional<AfterLaunch> between() {
        return Optional.of(new AfterLaunch.Await());
    }

    @Override
    public AfterLaunch notStarted(String message, String reason) {
        spool.appendDaemonLine("The agent cannot be started again: " + reason + " " + RunWork.notTaken(message));
        return new AfterLaunch.Await();
    }
}
