package dev.makima.daemon.bus;

import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * Every address of the daemon: who sends, who answers, and what travels.
 *
 * <p>The store's own is not here, since what travels there is the store's: {@code StoreClient} has it.
 *
 * <p>Output is not here on purpose: the bus knows no backpressure, so lines go from the agent's file to the socket.
 */
public final class Addresses {
    /** Link → task runner: one command of the server. */
    public static final Address<Command, Void> COMMAND = new Address<>("makima.daemon.command", Command.class);

    /** Task runner → command verticle: a command that is none about a run. */
    public static final Address<Command, Void> WORKTREE_COMMAND =
            new Address<>("makima.daemon.worktree-command", Command.class);

    /** Command verticle → task runner: end a task's run; answered when it works no more, with whether there was one. */
    public static final Address<EndTask, Boolean> END_TASK = new Address<>("makima.daemon.end-task", EndTask.class);

    /**
     * Command verticle → task runner: once for each cleanupWorktree that came by {@link #WORKTREE_COMMAND}, from which on
     * the task is held back.
     */
    public static final Address<ReleaseTask, Void> RELEASE_TASK =
            new Address<>("makima.daemon.release-task", ReleaseTask.class);

    /**
     * Upkeep → task runner: hold the task back until it is released by {@link #RELEASE_TASK}; answered with whether it is
     * held, false where a run of it is at work.
     */
    public static final Address<HoldTask, Boolean> HOLD_TASK = new Address<>("makima.daemon.hold-task", HoldTask.class);

    /**
     * Command verticle → link: as {@link #PASSING_FRAME}, for what may be large; answered when the socket has taken it,
     * with whether a server was there. Who waits for that never fills the memory with what a slow server does not take.
     */
    public static final Address<PassingFrame, Boolean> ANSWER =
            new Address<>("makima.daemon.answer", PassingFrame.class);

    /** Task runner → link: a frame that is worth sending only now, such as progress or a read-only answer. */
    public static final Address<PassingFrame, Void> PASSING_FRAME =
            new Address<>("makima.daemon.passing-frame", PassingFrame.class);

    /** Task runner → link: the tasks that are active now, after each change. */
    public static final Address<ActiveTasks, Void> ACTIVE_TASKS =
            new Address<>("makima.daemon.active-tasks", ActiveTasks.class);

    /** Link → task runner: publish the active tasks; answered once that is done. */
    public static final Address<TellActive, Boolean> TELL_ACTIVE =
            new Address<>("makima.daemon.tell-active", TellActive.class);

    /** Task runner → link: a run whose output is to be sent from now on. */
    public static final Address<RunOutput, Void> RUN_OPENED =
            new Address<>("makima.daemon.run-opened", RunOutput.class);

    /** Task runner → daemon: the server asks for a restart. */
    public static final Address<RestartAsked, Void> RESTART =
            new Address<>("makima.daemon.restart", RestartAsked.class);

    /** Daemon → whoever deployed it by name: it is over. */
    public static final Address<DaemonEnded, Void> ENDED = new Address<>("makima.daemon.ended", DaemonEnded.class);

    /** Store → link: events were added to the outbox. */
    public static final Address<OutboxGrew, Void> OUTBOX_GREW =
            new Address<>("makima.daemon.outbox-grew", OutboxGrew.class);

    /** Control → link. */
    public static final Address<StatusAsked, LinkStatus> LINK_STATUS =
            new Address<>("makima.daemon.status.link", StatusAsked.class);

    /** Control → store. */
    public static final Address<StatusAsked, StoreStatus> STORE_STATUS =
            new Address<>("makima.daemon.status.store", StatusAsked.class);

    /** Control → task runner. */
    public static final Address<StatusAsked, TasksStatus> TASKS_STATUS =
            new Address<>("makima.daemon.status.tasks", StatusAsked.class);

    /** Control → upkeep. */
    public static final Address<StatusAsked, UpkeepStatus> UPKEEP_STATUS =
            new Address<>("makima.daemon.status.upkeep", StatusAsked.class);

    /** Control → task runner: take no new task; answered once none is let in any more. */
    public static final Address<Drain, Boolean> DRAIN = new Address<>("makima.daemon.drain", Drain.class);

    /** Control → daemon: a draining daemon has nothing left to do. */
    public static final Address<Drained, Void> DRAINED = new Address<>("makima.daemon.drained", Drained.class);

    /**
     * Control → task runner: a person ends a task's run on this machine, whatever its server knows; answered when it works
     * no more, with whether there was one.
     */
    public static final Address<StopTask, Boolean> STOP_TASK =
            new Address<>("makima.daemon.stop-task", StopTask.class, Duration.ofMinutes(10));

    /**
     * Control → upkeep: a person ends what is left of a task that the database does not know; answered with what was ended,
     * for people, empty where nothing of it lives.
     */
    public static final Address<EndStrays, String> END_STRAYS =
            new Address<>("makima.daemon.end-strays", EndStrays.class, Duration.ofMinutes(2));

    /** Control → upkeep: a clean-up that somebody asks for; answered with what is told to them. */
    public static final Address<Clean, JsonObject> CLEAN =
            new Address<>("makima.daemon.clean", Clean.class, Duration.ofMinutes(10));

    private Addresses() {}
}
