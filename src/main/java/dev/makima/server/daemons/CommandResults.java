package dev.makima.server.daemons;

import dev.makima.base.TaskId;
import dev.makima.protocol.CleanupWorktreeResult;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.ExportPatchCreated;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.RegisterToolKey;
import dev.makima.protocol.RevokeToolKey;
import dev.makima.protocol.WireCodes;
import dev.makima.server.core.ToolKeys;
import dev.makima.server.store.Store;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/**
 * Applies what commands came to, where that is more than an answer to whoever asked, and the keys of agents. To be used
 * on one event loop.
 */
final class CommandResults {
    private static final System.Logger LOG = System.getLogger(CommandResults.class.getName());

    private final Store store;
    private final Clock clock;

    CommandResults(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Applies a frame; one that is an answer and no more changes nothing.
     *
     * @return the task that has changed, once that is committed
     */
    Future<Optional<TaskId>> apply(UUID daemonId, DaemonFrame frame) {
        return switch (frame) {
            case ExportPatchCreated it ->
                told(it.taskId(), store.commandResults().patch(daemonId, it, clock.instant()));
            case PrCreated it -> told(it.taskId(), store.commandResults().pullRequest(daemonId, it, clock.instant()));
            case CleanupWorktreeResult it ->
                told(it.taskId(), store.commandResults().cleaned(daemonId, it, clock.instant()));
            case RegisterToolKey it -> register(daemonId, it);
            case RevokeToolKey it ->
                store.toolKeys()
                        .revoke(daemonId, it.taskId(), it.fence(), it.eventId(), clock.instant())
                        .map(Optional.empty());
            // Answers, which go to whoever asked, and what the socket itself takes care of.
            case DaemonFrame _ -> Future.succeededFuture(Optional.empty());
        };
    }

    private Future<Optional<TaskId>> register(UUID daemonId, RegisterToolKey frame) {
        if (!ToolKeys.isForm(frame.key())) {
            return Future.failedFuture(new EventRefused(
                    WireCodes.VALIDATION, "the key of task " + frame.taskId() + " has not the form of one"));
        }
        return store.toolKeys()
                .register(
                        daemonId,
                        frame.taskId(),
                        frame.fence(),
                        ToolKeys.hash(frame.key()),
                        frame.eventId(),
                        clock.instant())
                .map(kept -> {
                    if (!kept) {
                        LOG.log(
                                System.Logger.Level.INFO,
                                "daemon {0}: the key of task {1} is not taken: known, or not its task",
                                daemonId,
                                frame.taskId());
                    }
                    return Optional.empty();
                });
    }

    private static Future<Optional<TaskId>> told(TaskId taskId, Future<Boolean> applied) {
        return applied.map(changed -> changed ? Optional.of(taskId) : Optional.empty());
    }
}
