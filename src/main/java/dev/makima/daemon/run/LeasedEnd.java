package dev.makima.daemon.run;

import dev.makima.base.RunId;
import dev.makima.daemon.lease.Standing;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.process.RunSpool;
import dev.makima.protocol.TaskRecoveryDetected;
import dev.makima.protocol.TaskState;
import java.nio.file.Files;
import java.util.Optional;

/**
 * What a run's lease leaves of its end: work that is done waits for the server before anything irreversible is made of it,
 * and a run whose task is another daemon's ends without a word. Used by the run's thread alone.
 */
final class LeasedEnd {
    private final RunServices services;
    private final TaskMachine machine;
    private final RunSpool spool;

    LeasedEnd(RunServices services, TaskMachine machine, RunSpool spool) {
        this.services = services;
        this.machine = machine;
        this.spool = spool;
    }

    /** The ending that is to be carried out; empty where the run has ended by this, and nothing is left to do. */
    Optional<Ending> settled(Ending ending) throws InterruptedException {
        RunId runId = machine.record().runId();
        Standing standing = services.leases().standing(runId);
        if (ending.state() == TaskState.DONE && (standing == Standing.OVER || standing == Standing.UNKNOWN)) {
            spool.appendDaemonLine("The work is done, and waits for the server: the task's lease is not in force.");
            standing = services.leases().awaitWord(runId);
        }
        return switch (standing) {
            case FENCED -> {
                quietly();
                yield Optional.empty();
            }
            case CANCELLED -> Optional.of(ending.state() == TaskState.DONE ? Ending.interrupted() : ending);
            case OVER -> {
                if (ending.state() != TaskState.INTERRUPTED) {
                    yield Optional.of(ending);
                }
                giveBack();
                yield Optional.empty();
            }
            case FREE, UNKNOWN -> Optional.of(ending);
        };
    }

    /**
     * Whether the task is still this daemon's after a step that took its time; else the run has ended by this. Waits for the
     * server where the lease is over.
     */
    boolean goesOn() throws InterruptedException {
        if (services.leases().awaitWord(machine.record().runId()) != Standing.FENCED) {
            return true;
        }
        quietly();
        return false;
    }

    /** Nothing is told, pushed or removed: what is here is kept for people. */
    private void quietly() throws InterruptedException {
        spool.appendDaemonLine("The task is another daemon's: nothing is made of the work here, which is kept.");
        machine.giveUp("the task was given to another daemon");
    }

    /** It was stopped since nobody was heard of: whoever has it next goes on. */
    private void giveBack() throws InterruptedException {
        TaskRecord task = machine.record();
        boolean intact = task.directory() != null && Files.isDirectory(task.directory());
        machine.giveBack(
                "its lease was over",
                Event.endOf(
                        task.taskId(),
                        task.runId(),
                        new TaskRecoveryDetected(
                                task.taskId(),
                                task.state(),
                                intact,
                                intact ? String.valueOf(task.directory()) : null,
                                !intact,
                                null,
                                null)));
    }
}
