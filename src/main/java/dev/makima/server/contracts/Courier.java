package dev.makima.server.contracts;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.protocol.ApplyPatchToWorktree;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.MergeResult;
import dev.makima.protocol.SendMessage;
import dev.makima.server.core.Bus;
import dev.makima.server.store.Store;
import dev.makima.server.store.TaskCommandTable.Saying;
import dev.makima.server.store.TaskCommandTable.Waiting;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says to daemons what waits to be said, in order for each task, and keeps what could not be said. To be used on one event
 * loop.
 */
final class Courier {
    private static final System.Logger LOG = System.getLogger(Courier.class.getName());
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

    private final Store store;
    private final Bus bus;
    private final Duration within;
    private final Clock clock;
    private final OneAtATime rounds = new OneAtATime("saying what waits to be said", this::round);

    /**
     * A courier by that bus.
     *
     * @param within how long a daemon has for its answer
     */
    Courier(Store store, Bus bus, Duration within, Clock clock) {
        this.store = store;
        this.bus = bus;
        this.within = within;
        this.clock = clock;
    }

    /** Says what can be said now: completes, whatever comes of it, when all that was there was said to those who are there. */
    Future<Void> run() {
        return rounds.run();
    }

    private Future<Void> round() {
        return store.taskCommands().due(clock.instant()).compose(waiting -> {
            Map<TaskId, List<Waiting>> byTask = new LinkedHashMap<>();
            waiting.forEach(one ->
                    byTask.computeIfAbsent(one.taskId(), _ -> new ArrayList<>()).add(one));
            List<Future<Boolean>> said = new ArrayList<>();
            byTask.values().forEach(list -> said.add(inOrder(list, 0)));
            return Future.join(said).mapEmpty();
        });
    }

    /** Says one after the other; what comes after one that could not be said waits with it. */
    private Future<Boolean> inOrder(List<Waiting> list, int at) {
        if (at >= list.size()) {
            return Future.succeededFuture(true);
        }
        Waiting one = list.get(at);
        return say(one).compose(_ -> store.taskCommands().delivered(one.id(), clock.instant()))
                .compose(_ -> inOrder(list, at + 1))
                .recover(failure -> {
                    LOG.log(
                            System.Logger.Level.INFO,
                            "daemon {0} is told later about task {1}: {2}",
                            one.daemonId(),
                            one.taskId(),
                            failure.getMessage());
                    return store.taskCommands()
                            .later(one.id(), clock.instant().plus(AGAIN_AFTER))
                            .map(false);
                });
    }

    private Future<Void> say(Waiting one) {
        return switch (one.saying()) {
            case Saying.Message message -> bus.send(one.daemonId(), new SendMessage(one.taskId(), message.text()));
            case Saying.Patch patch -> apply(one, patch);
            case Saying.Cleanup cleanup ->
                bus.ask(
                                one.daemonId(),
                                new CleanupWorktree(
                                        one.taskId(), true, null, cleanup.keepUnmerged() ? Boolean.TRUE : null),
                                within)
                        .<Void>mapEmpty()
                        .recover(failure -> isOffline(failure) ? Future.failedFuture(failure) : given(one, failure));
        };
    }

    private static boolean isOffline(Throwable failure) {
        return failure instanceof MakimaException e
                && (e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.RATE_LIMITED);
    }

    /** The daemon has it, and does not say what comes of it. */
    private static Future<Void> given(Waiting one, Throwable failure) {
        LOG.log(System.Logger.Level.WARNING, "task {0}: {1}", one.taskId(), failure.getMessage());
        return Future.succeededFuture();
    }

    private Future<Void> apply(Waiting one, Saying.Patch patch) {
        return bus.ask(
                        one.daemonId(),
                        new ApplyPatchToWorktree(one.taskId(), patch.source(), patch.data(), patch.baseSha(), null),
                        within)
                .recover(failure -> isOffline(failure)
                        ? Future.failedFuture(failure)
                        : Future.succeededFuture(
                                MergeResult.failure(one.taskId(), String.valueOf(failure.getMessage()))))
                .compose(answer -> tell(one, patch, answer));
    }

    private Future<Void> tell(Waiting one, Saying.Patch patch, DaemonFrame answer) {
        boolean applied = answer instanceof MergeResult result && result.success();
        String said = answer instanceof MergeResult result ? result.message() : "";
        return store.tasks().get(patch.source()).compose(source -> {
            if (source.isEmpty()) {
                return Future.succeededFuture();
            }
            String text = applied ? Notices.patchApplied(source.get(), said) : Notices.patchFailed(source.get(), said);
            Future<Void> noted =
                    applied ? store.contractWork().merged(patch.source(), clock.instant()) : Future.succeededFuture();
            return noted.compose(_ -> store.taskCommands()
                            .add(one.taskId(), new Saying.Message(text), "applied:" + one.id(), clock.instant()))
                    .onSuccess(_ -> rounds.run())
                    .mapEmpty();
        });
    }
}
