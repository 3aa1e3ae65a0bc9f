package dev.makima.daemon.run;

import dev.makima.daemon.checkpoint.InterruptCheckpoint;
import dev.makima.daemon.store.Event;
import dev.makima.process.RunSpool;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The last part of a run: what becomes of the work, and the word to the server. Used by the run's thread alone. */
final class RunFinish {
    /** A daemon that stops gives its runs 30 s, of which the checkpoint at an interrupt may take 20. */
    private static final Duration CHECKPOINTS_WITHIN = Duration.ofSeconds(8);

    private final RunServices services;
    private final TaskMachine machine;
    private final RunSpool spool;

    RunFinish(RunServices services, TaskMachine machine, RunSpool spool) {
        this.services = services;
        this.machine = machine;
        this.spool = spool;
    }

    /** Sees to the work, and ends the task. */
    void end(Ending wanted) throws InterruptedException {
        LeasedEnd lease = new LeasedEnd(services, machine, spool);
        Optional<Ending> settled = lease.settled(wanted);
        if (settled.isPresent()) {
            end(settled.get(), lease);
        }
    }

    private void end(Ending ending, LeasedEnd lease) throws InterruptedException {
        if (ending.equals(Ending.WORKTREE_GONE)) {
            machine.giveBack(ending.error(), Recovery.vanished(machine.record()));
            return;
        }
        if (ending.error() != null) {
            spool.appendDaemonLine("Failed: " + ending.error());
        }
        new InterruptCheckpoint(services.config(), services.checkpoints(), services.store(), services.clock())
                .make(ending.state(), machine.record(), spool::appendDaemonLine);
        List<Event> before =
                services.completion().of(machine, ending.state() == TaskState.DONE, spool::appendDaemonLine);
        if (ending.state() == TaskState.DONE && !lease.goesOn()) {
            return;
        }
        services.checkpoints().behindCheckpoints(machine.record().worktree(), CHECKPOINTS_WITHIN, () -> {
            machine.end(ending.state(), ending.error(), before, () -> {
                spool.catchUp();
                return StreamLengths.from(spool::length);
            });
            return true;
        });
    }
}
