package dev.makima.daemon.run;

import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.process.RunSpool;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.TaskState;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One go at a task, from its admission to its end, as the rest of the daemon holds it: it can be told things, and asked
 * what is saved of it. What it does is {@link RunWork}.
 */
public final class Run {
    private static final System.Logger LOG = System.getLogger(Run.class.getName());

    private final RunServices services;
    private final TaskMachine machine;
    private final Controls controls = new Controls();
    private final SetUp setUp = new SetUp();
    private final SupervisorActivity activity;
    private volatile @Nullable Thread worker;
    private volatile boolean leaving;
    private @Nullable String noRoom;

    /**
     * A run that has not begun.
     *
     * @param changed called after each change of the task's state, on the run's thread
     */
    public Run(RunServices services, TaskRecord task, Runnable changed) {
        this.services = services;
        // Before there is any output of it, and before an earlier daemon's is sent.
        Run.hide(services, task);
        this.machine = new TaskMachine(task, services.store(), changed);
        this.activity = new SupervisorActivity(task.spawn(), changed);
    }

    /** What the task hands to its agent is shown by no output. Any thread. */
    public static void hide(RunServices services, TaskRecord task) {
        services.secrets().accept(Objects.requireNonNullElse(task.spawn().env(), Map.of()));
    }

    /** The task as it is saved. Any thread. */
    public TaskRecord record() {
        return machine.record();
    }

    /** The state that the server knows of, or is about to hear of. Any thread. */
    public TaskState told() {
        return machine.told();
    }

    /** The task was handed over to this daemon again, and this run stands for it from here on. */
    public void handedOver(long fence) {
        machine.handedOver(fence);
    }

    /** Whether its end is told, or about to be; its thread may have a little to do still. Any thread. */
    public boolean isOver() {
        return machine.isOver();
    }

    /** What the task is at, for heartbeats, where its server asked for that. Any thread. */
    public Optional<ActiveTasks.Supervisor> supervisor() {
        return activity.told();
    }

    /**
     * Tells the run something; a stop also ends the set-up if that is where the run is. Any thread.
     */
    public Told tell(Control control) {
        Told told = controls.add(control);
        if (told == Told.TAKEN && control instanceof Control.Stop) {
            setUp.interrupt();
        }
        return told;
    }

    /** The daemon ends: the run's thread goes, and its agent stays. Any thread. */
    public void leave() {
        leaving = true;
        tell(new Control.Leave());
        @Nullable Thread thread = worker;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /**
     * Admits the task and does all of it, on this thread. Never throws.
     *
     * @param free completes when no other run of the task works any more
     * @return why the disk has no room for it: then it was not taken, and nothing of it is saved
     */
    public Optional<String> start(Future<?> free) {
        guarded(() -> {
            await(free);
            Optional<RunSpool> spool = admitted();
            if (spool.isPresent()) {
                open();
                work(spool.get());
            }
        });
        return Optional.ofNullable(noRoom);
    }

    private Optional<RunSpool> admitted() throws InterruptedException {
        try {
            RunSpool spool = RunSpool.create(services.spoolRoot(), record().taskId(), record().runId());
            machine.admit();
            return Optional.of(spool);
        } catch (FullDiskException e) {
            noRoom = e.explain();
            forgetSpool();
            return Optional.empty();
        }
    }

    private void forgetSpool() {
        try {
            RunSpool.delete(services.spoolRoot(), record().taskId(), record().runId());
        } catch (MakimaException e) {
            LOG.log(Level.WARNING, "a spool stays: {0}", e.explain());
        }
    }

    /** Ends a run that has not been started and will not be; on the thread that would have started it. */
    public void abandon() {
        answerTheRest();
    }

    /** However it ended: two agents in one directory and conversation would be worse than to wait. */
    private static void await(Future<?> free) throws InterruptedException {
        try {
            free.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            LOG.log(Level.WARNING, "the run before this one did not end well", e);
        }
    }

    /** Goes on with a task that an earlier daemon had in hand, on this thread. Never throws. */
    public void takeOver() {
        guarded(() -> {
            Optional<String> lost = new Recovery(services).lost(record());
            if (lost.isPresent()) {
                LOG.log(Level.WARNING, "task {0}: its agent is lost: {1}", record().taskId(), lost.get());
                services.store().awaitRoom(Recovery.givenBack(record()));
            } else {
                LOG.log(Level.INFO, "task {0} is taken over from the daemon before this one", record().taskId());
                work(RunSpool.open(services.spoolRoot(), record().taskId(), record().runId()));
            }
        });
    }

    /** Gives the task back as soon as there is room on the disk to say so, on this thread. Never throws. */
    public void giveBackWithRoom() {
        guarded(() -> services.store().awaitRoom(Recovery.givenBack(record())));
    }

    /** Gives back a task that was being set up when its daemon ended; completes when the server's word is on disk. Any thread. */
    public static Future<?> giveBack(RunServices services, TaskRecord task) {
        return services.store().ask(Recovery.givenBack(task));
    }

    private void work(RunSpool spool) throws InterruptedException {
        new RunWork(services, machine, spool, controls.queue(), setUp, activity).execute();
    }

    /** A link that is connected hears of a run only from here; a later one finds it in the store. */
    private void open() {
        TaskRecord task = record();
        services.opened().accept(new RunOutput(task.taskId(), task.runId(), task.fence(), task.state(), Map.of()));
    }

    private void guarded(Body body) {
        worker = Thread.currentThread();
        try {
            body.run();
        } catch (InterruptedException e) {
            // Only the daemon's end interrupts here: the agent lives on, and the next daemon finds it.
            LOG.log(Level.DEBUG, "task {0}: left to the next daemon", record().taskId());
        } catch (RuntimeException | Error e) {
            // An error, too: nobody else sees to this task, which would be running for ever. Where the JVM ends of it
            // (-XX:+ExitOnOutOfMemoryError), the next daemon takes the agent over.
            if (leaving) {
                // An interrupt fails a write to a file, too: nothing is said of a task that goes on.
                LOG.log(Level.DEBUG, "task " + record().taskId() + ": left to the next daemon", e);
            } else {
                LOG.log(
                        Level.ERROR,
                        "task " + record().taskId() + ": the run broke: " + e,
                        // A full disk is no mistake of ours.
                        e instanceof FullDiskException ? null : e);
                endBroken(e);
            }
        } finally {
            answerTheRest();
        }
    }

    /** What was taken and came to nothing is answered, all but a stop: what became of the task says enough. */
    private void answerTheRest() {
        for (Control control : controls.close()) {
            switch (control) {
                case Control.Deliver(String text) ->
                    pass(machine.isOver() ? MessageWords.tooLate(text) : MessageWords.notTaken(text));
                case Control.Say(String line) -> pass(line);
                case Control.Pause _, Control.Resume _ -> pass("The task has ended meanwhile.");
                case Control.Stop _, Control.Leave _, Control.Look _, Control.LoggedIn _ -> {}
            }
        }
    }

    private void pass(String line) {
        services.passing().accept(new TaskOutput(record().taskId(), line, false));
    }

    private void endBroken(Throwable e) {
        String what = e instanceof MakimaException known ? known.explain() : "a mistake of the daemon: " + e;
        try {
            endAgent();
            machine.end(TaskState.FAILED, what, List.of(), this::finalLengths);
            open();
        } catch (InterruptedException interrupted) {
            LOG.log(Level.DEBUG, "task {0}: left to the next daemon", record().taskId());
        } catch (RuntimeException | Error second) {
            // The store itself is broken: the row stays unfinished, and the next daemon recovers the task.
            LOG.log(Level.ERROR, "task " + record().taskId() + ": its failure could not be saved", second);
        }
    }

    /** A task that is failed has no agent that works on. */
    private void endAgent() {
        try {
            services.endLastAgent(RunSpool.open(services.spoolRoot(), record().taskId(), record().runId()));
        } catch (MakimaException e) {
            LOG.log(Level.WARNING, "task {0}: whether its agent ended is not known: {1}", record().taskId(), e.what());
        }
    }

    private StreamLengths finalLengths() {
        try {
            RunSpool spool = RunSpool.open(services.spoolRoot(), record().taskId(), record().runId());
            return StreamLengths.from(spool::length);
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
