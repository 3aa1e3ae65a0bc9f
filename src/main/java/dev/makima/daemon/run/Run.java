package dev.makima.daemon.run;

import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.process.LaunchState;
import dev.makima.process.RunSpool;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskState;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One go at a task, from its admission to its end, as the rest of the daemon holds it: it can be told things, and asked
 * what is saved of it. What it does is {@link RunWork}.
 */
final class Run {
    private static final System.Logger LOG = System.getLogger(Run.class.getName());
    private static final int CONTROLS_KEPT = 1000;

    private final RunServices services;
    private final TaskMachine machine;
    private final BlockingQueue<Control> controls = new LinkedBlockingQueue<>(CONTROLS_KEPT);
    private final SetUp setUp = new SetUp();

    /**
     * A run that has not begun.
     *
     * @param changed called after each change of the task's state, on the run's thread
     */
    Run(RunServices services, TaskRecord task, Runnable changed) {
        this.services = services;
        this.machine = new TaskMachine(task, services.store(), changed);
    }

    /** The task as it is saved. Any thread. */
    TaskRecord record() {
        return machine.record();
    }

    /**
     * Tells the run something; a stop also ends the set-up if that is where the run is. Any thread.
     *
     * @return false where so much is waiting already that it was not taken
     */
    boolean tell(Control control) {
        boolean taken = controls.offer(control);
        if (control instanceof Control.Stop) {
            setUp.interrupt();
        }
        return taken;
    }

    /** Admits the task and does all of it, on this thread. Never throws. */
    void start() {
        guarded(() -> {
            RunSpool spool = RunSpool.create(services.spoolRoot(), record().taskId(), record().runId());
            machine.admit();
            work(spool);
        });
    }

    /** Goes on with a task that an earlier daemon had in hand, on this thread. Never throws. */
    void takeOver() {
        guarded(() -> {
            RunSpool spool = RunSpool.open(services.spoolRoot(), record().taskId(), record().runId());
            if (spool.attach(record().launches()).state() instanceof LaunchState.Lost(String reason)) {
                LOG.log(Level.WARNING, "task {0}: its agent is lost: {1}", record().taskId(), reason);
                services.store().await(Recovery.givenBack(record()));
            } else {
                work(spool);
            }
        });
    }

    private void work(RunSpool spool) throws InterruptedException {
        TaskRecord task = record();
        services.opened().accept(new RunOutput(task.taskId(), task.runId(), task.fence(), task.state(), Map.of()));
        new RunWork(services, machine, spool, controls, setUp).execute();
    }

    private void guarded(Body body) {
        String name = Thread.currentThread().getName();
        Thread.currentThread().setName("run-" + record().taskId().shortId());
        try {
            body.run();
        } catch (InterruptedException e) {
            // Only the daemon's end interrupts here: the agent lives on, and the next daemon finds it. The flag is
            // not set again, since the pool's thread would carry it into its next run.
            LOG.log(Level.DEBUG, "task {0}: left to the next daemon", record().taskId());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "task " + record().taskId() + ": the run broke", e);
            endBroken(e);
        } finally {
            Thread.currentThread().setName(name);
        }
    }

    private void endBroken(RuntimeException e) {
        String what = e instanceof MakimaException known ? known.explain() : "a mistake of the daemon: " + e;
        try {
            machine.end(TaskState.FAILED, what, List.of(), finalLengths());
        } catch (InterruptedException interrupted) {
            LOG.log(Level.DEBUG, "task {0}: left to the next daemon", record().taskId());
        } catch (RuntimeException second) {
            // The store itself is broken: the row stays unfinished, and the next daemon recovers the task.
            LOG.log(Level.ERROR, "task " + record().taskId() + ": its failure could not be saved", second);
        }
    }

    private StreamLengths finalLengths() {
        try {
            RunSpool spool = RunSpool.open(services.spoolRoot(), record().taskId(), record().runId());
            return new StreamLengths(
                    spool.length(StreamName.STDOUT), spool.length(StreamName.STDERR), spool.length(StreamName.DAEMON));
        } catch (MakimaException e) {
            // There is no spool: making it was what failed.
            return StreamLengths.NONE;
        }
    }

    @FunctionalInterface
    private interface Body {
        void run() throws InterruptedException;
    }
}
