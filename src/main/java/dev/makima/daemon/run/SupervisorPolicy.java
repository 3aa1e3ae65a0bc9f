package dev.makima.daemon.run;

import dev.makima.process.RunSpool;

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
        if (end.stopped() != null && end.stopped().endsTask()) {
            return new AfterLaunch.End(end.ending());
        }
        String how = end.ending().error() == null ? "" : " (" + end.ending().error() + ")";
        spool.appendDaemonLine("The agent has ended" + how + ": the task is ready, and waits for the next message.");
        machine.rest(end.number());
        return new AfterLaunch.Await();
    }

    @Override
    public AfterLaunch between() {
        return new AfterLaunch.Await();
    }

    @Override
    public AfterLaunch notStarted(String message, String reason) throws InterruptedException {
        int launches = machine.record().launches();
        if (machine.record().progress().concluded() < launches) {
            // It was counted before it failed. Nothing of it is there, so the task waits again, for this daemon and the
            // next, which would else look for its process.
            machine.rest(launches);
        }
        spool.appendDaemonLine("The agent cannot be started again: " + reason + " " + MessageWords.notTaken(message));
        return new AfterLaunch.Await();
    }
}
