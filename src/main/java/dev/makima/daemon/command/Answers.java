package dev.makima.daemon.command;

import dev.makima.base.PassingTrouble;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.PassingFrame;
import dev.makima.daemon.bus.ReleaseTask;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.StoreClient;
import dev.makima.protocol.AnswerFrame;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.CommandFrame;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.TaskFrame;
import io.vertx.core.eventbus.EventBus;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Brings answers to the server: those of commands that changed something by way of the outbox, so that none is lost, the
 * others at once or not at all. Each echoes its command's request id and fits a frame.
 */
final class Answers {
    private static final System.Logger LOG = System.getLogger(Answers.class.getName());
    /** More than the bus gives the link to have the socket take one. */
    private static final long TAKEN_WITHIN_SECONDS = 35;

    private final EventBus bus;
    private final StoreClient store;
    private final FrameLimit limit;

    Answers(EventBus bus, FrameLimit limit) {
        this.bus = bus;
        this.store = new StoreClient(bus);
        this.limit = limit;
    }

    /** Says at once that the command is not carried out, and so done with. Does not block. */
    void refuse(ServerFrame command, String why) {
        fail(command, why);
        over(command);
    }

    /** Says at once that the command has failed. Does not block. */
    void fail(ServerFrame command, String why) {
        FailureAnswers.answer(command, why)
                .ifPresent(answer -> Addresses.PASSING_FRAME.send(bus, new PassingFrame(answer)));
    }

    /**
     * Sends what a reading command came to; blocks until the socket has it, so that no worker reads on while a slow
     * server has not taken the last answer.
     */
    void send(ServerFrame command, Reply reply) throws InterruptedException {
        for (DaemonFrame frame : finished(command, reply)) {
            try {
                Addresses.ANSWER
                        .request(bus, new PassingFrame(frame))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(TAKEN_WITHIN_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // There is no link, or a server that takes nothing, whose connection ends of that.
                LOG.log(Level.DEBUG, "an answer has not gone out", e);
            }
        }
    }

    /** Saves what a changing command came to, for the server to hear of it; sees it through when interrupted. */
    void save(ServerFrame command, Reply reply) {
        List<DaemonFrame> frames = finished(command, reply);
        List<Event> events = frames.stream().map(Answers::event).toList();
        try {
            store.awaitCalmly(reply.saving().apply(events));
        } catch (RuntimeException e) {
            LOG.log(PassingTrouble.level(Level.ERROR, e), "the answer to a command could not be saved", e);
            frames.forEach(frame -> Addresses.PASSING_FRAME.send(bus, new PassingFrame(frame)));
        }
    }

    /** The command is done with, however it ended: to be said once for each. Does not block. */
    void over(ServerFrame command) {
        if (command instanceof CleanupWorktree it) {
            Addresses.RELEASE_TASK.send(bus, new ReleaseTask(it.taskId()));
        }
    }

    private List<DaemonFrame> finished(ServerFrame command, Reply reply) {
        return reply.frames().stream()
                .map(frame -> command instanceof CommandFrame asked && frame instanceof AnswerFrame answer
                        ? answer.withRequestId(asked.requestId())
                        : frame)
                .map(frame -> limit.fitting(command, frame))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Event event(DaemonFrame frame) {
        return switch (frame) {
            case TaskFrame about -> Event.of(about.taskId(), frame);
            case BranchCreated it when it.taskId() != null -> Event.of(it.taskId(), frame);
            case DaemonFrame _ -> new Event(null, null, frame, false, null);
        };
    }
}
