package dev.makima.daemon.run;

import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.TaskRecoveryDetected;
import dev.makima.protocol.TaskState;
import java.nio.file.Files;
import java.util.List;

/** What is said of a task whose agent did not survive its daemon. Pure but for a look at the worktree. */
final class Recovery {
    private Recovery() {}

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
                task.withState(TaskState.INTERRUPTED, "its daemon ended"), List.of(Event.of(task.taskId(), told)));
    }
}
