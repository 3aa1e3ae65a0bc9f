package dev.makima.daemon.run;

import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import dev.makima.daemon.agent.AgentWatch;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.process.Launch;
import dev.makima.process.LaunchState;
import dev.makima.process.RunSpool;
import dev.makima.protocol.TaskRecoveryDetected;
import dev.makima.protocol.TaskState;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** What became of the agent of an earlier daemon, and what is said of a task whose agent did not survive. */
final class Recovery {
    private static final long LOOK_EVERY_NANOS = 20_000_000;

    private final RunServices services;

    Recovery(RunServices services) {
        this.services = services;
    }

    /**
     * Why the task's agent cannot be taken over; nothing where it lives, or its end is known. What a lost one
     * left running is ended. Blocks for some seconds where an agent was being started when its daemon ended.
     */
    Optional<String> lost(TaskRecord task) throws InterruptedException {
        if (isBetweenAgents(task)) {
            return Optional.empty();
        }
        Launch launch;
        try {
            launch = Launch.attach(spool(task), task.launches());
        } catch (MakimaException e) {
            // The row comes before the process: the daemon ended between the two.
            return Optional.of(e.what());
        }
        LaunchState state = settled(launch);
        if (state instanceof LaunchState.Running || state instanceof LaunchState.Exited) {
            return Optional.empty();
        }
        launch.processes().terminate(services.timers().sweepGrace());
        if (hasFinished(task, launch, state)) {
            return Optional.empty();
        }
        return Optional.of(
                state instanceof LaunchState.Lost(String reason, boolean _) ? reason : "it never showed itself");
    }

    /** Its holder was killed, and its output proves that it had done its work: the run goes on with that end. */
    private boolean hasFinished(TaskRecord task, Launch launch, LaunchState state) throws InterruptedException {
        if (!(state instanceof LaunchState.Lost)) {
            return false;
        }
        long from = task.progress().outputFrom();
        try (AgentWatch watch = new AgentWatch(
                services.tailer(), launch.spool(), from, services.clock(), services.masked(), () -> {})) {
            watch.awaitReadTo(
                    launch.spool().length(StreamName.STDOUT), services.timers().outputStall());
            watch.finish();
            return LastWord.isGood(launch, state, watch);
        }
    }

    /** Its agent has ended as it should, and the next was not started: there is nothing to be lost. */
    private boolean isBetweenAgents(TaskRecord task) {
        if (task.progress().concluded() == task.launches()) {
            return true;
        }
        try {
            return task.launches() > 1 && !Files.exists(spool(task).launch(task.launches()));
        } catch (MakimaException e) {
            // Without its spool it is lost, which is found out next.
            return false;
        }
    }

    private RunSpool spool(TaskRecord task) {
        return RunSpool.open(services.spoolRoot(), task.taskId(), task.runId());
    }

    /** Nothing proves that a launch which has told nothing has ended: it gets some seconds to show itself. */
    private LaunchState settled(Launch launch) throws InterruptedException {
        Instant deadline = services.clock().instant().plus(services.timers().startsWithin());
        LaunchState state = launch.state();
        while (state instanceof LaunchState.Starting
                && services.clock().instant().isBefore(deadline)) {
            // There is nothing to be told by: holder and agent are another daemon's children.
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            state = launch.state();
        }
        return state;
    }

    /** The task ends here, and the server is told what is left of it. */
    static StoreRequest.Save givenBack(TaskRecord task) {
        boolean intact = task.directory() != null && Files.isDirectory(task.directory());
        TaskRecoveryDetected told = new TaskRecoveryDetected(
                task.taskId(),
                task.state(),
                intact,
                intact ? String.valueOf(task.directory()) : null,
                !intact,
                null,
                null);
        return new StoreRequest.Save(
                task.withState(TaskState.INTERRUPTED, "its daemon ended"),
                List.of(Event.endOf(task.taskId(), task.runId(), told)));
    }

    /** What the server is told, after its output, of a task whose directory has vanished. */
    static Event vanished(TaskRecord task) {
        return Event.endOf(
                task.taskId(),
                task.runId(),
                new TaskRecoveryDetected(task.taskId(), task.state(), false, null, true, null, null));
    }
}
