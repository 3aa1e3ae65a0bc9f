package dev.makima.daemon.upkeep;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.HoldTask;
import dev.makima.daemon.bus.ReleaseTask;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Worktree;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The owner of a store on an event bus. */
final class StoreOwner implements Owner {
    private static final System.Logger LOG = System.getLogger(StoreOwner.class.getName());
    private static final long ANSWER_SECONDS = 35;

    private final EventBus bus;
    private final StoreClient store;
    private final ProjectSteps steps;
    private final boolean daemon;

    /**
     * An owner by this bus.
     *
     * @param daemon whether a daemon works here, so that tasks may begin at any moment
     */
    StoreOwner(EventBus bus, ProjectSteps steps, boolean daemon) {
        this.bus = bus;
        this.store = new StoreClient(bus);
        this.steps = steps;
        this.daemon = daemon;
    }

    @Override
    public Inventory inventory() throws InterruptedException {
        return store.await(new StoreRequest.TakeInventory());
    }

    @Override
    public Leftover.Done whileHeld(TaskId taskId, Leftover.Removal work) throws InterruptedException {
        if (!daemon) {
            return work.carryOut();
        }
        if (!held(taskId)) {
            return new Leftover.Done(false, "a run of the task is at work");
        }
        try {
            return work.carryOut();
        } finally {
            Addresses.RELEASE_TASK.send(bus, new ReleaseTask(taskId));
        }
    }

    private boolean held(TaskId taskId) throws InterruptedException {
        Future<Boolean> answer = Addresses.HOLD_TASK.request(bus, new HoldTask(taskId));
        try {
            return answer.toCompletionStage().toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new MakimaException(
                    ErrorCode.UNAVAILABLE,
                    "the daemon does not say whether task " + taskId + " works",
                    "Try again in a moment",
                    e);
        }
    }

    @Override
    public void forgetRun(RunId runId) throws InterruptedException {
        store.await(new StoreRequest.ForgetRun(runId));
    }

    @Override
    public void forgetAside(Instant before) throws InterruptedException {
        store.await(new StoreRequest.ForgetAside(before));
    }

    @Override
    public void tearDown(TaskId taskId, Worktree worktree) throws InterruptedException {
        Optional<TaskRecord> task = store.await(new StoreRequest.FindTask(taskId));
        if (task.isPresent()) {
            steps.tearDown(task.get().spawn(), worktree, line -> LOG.log(Level.INFO, "{0}", line));
        }
    }
}
