package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import dev.makima.protocol.CheckTargetExists;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.CloneWorktree;
import dev.makima.protocol.CommitWorktree;
import dev.makima.protocol.GetTaskDiff;
import dev.makima.protocol.GetWorktreeDiff;
import dev.makima.protocol.GetWorktreeInfo;
import dev.makima.protocol.ReadRepoFile;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The files of a task, where its daemon has them. To be used on one event loop. */
final class WorktreeApi {
    private final TaskDaemon daemon;

    WorktreeApi(TaskDaemon daemon) {
        this.daemon = daemon;
    }

    /** The task's whole change, or what is not committed of it. */
    void diff(RoutingContext context) {
        String scope = Objects.requireNonNullElse(Query.text(context, "scope"), "task");
        @Nullable String file = Query.text(context, "file");
        boolean whole = scope.equals("task");
        if (!whole && !scope.equals("worktree")) {
            throw Errors.validation("the parameter \"scope\" is neither task nor worktree", "Send one of them");
        }
        if (whole && file != null) {
            throw Errors.validation(
                    "the diff of a whole task can't be had for one file", "Send scope=worktree with \"file\"");
        }
        if (file != null) {
            var _ = new RelativePath(file);
        }
        daemon.answer(
                context, task -> whole ? new GetTaskDiff(task.id(), null) : new GetWorktreeDiff(task.id(), file, null));
    }

    /** Where the worktree is, and what is changed in it. */
    void info(RoutingContext context) {
        daemon.answer(context, task -> new GetWorktreeInfo(task.id(), null));
    }

    /** Commits what is not committed. */
    void commit(RoutingContext context) {
        @Nullable String message = Body.of(context).text("message");
        daemon.answer(context, task -> new CommitWorktree(task.id(), message, null));
    }

    /** Copies it to a directory of the daemon's machine. */
    void cloneTo(RoutingContext context) {
        String target = TaskForm.path(Body.of(context).needText("targetDir"));
        daemon.answer(context, task -> new CloneWorktree(task.id(), Objects.requireNonNull(target), null));
    }

    /** Whether there is such a directory on the daemon's machine. */
    void targetExists(RoutingContext context) {
        String target = TaskForm.path(Query.needText(context, "targetDir"));
        daemon.answer(context, task -> new CheckTargetExists(task.id(), Objects.requireNonNull(target), null));
    }

    /** Removes it. */
    void cleanup(RoutingContext context) {
        boolean deleteBranch = Body.of(context).flag("deleteBranch", false);
        daemon.answer(context, task -> new CleanupWorktree(task.id(), deleteBranch, null, null));
    }

    /** One file of it. */
    void file(RoutingContext context) {
        String path = new RelativePath(Query.needText(context, "path")).value();
        daemon.task(context)
                .compose(task -> place(task)
                        .compose(place -> daemon.ask(
                                task,
                                // Files are read for contracts; of a task without one its own id is as good.
                                new ReadRepoFile(
                                        UUID.randomUUID(),
                                        UUID.fromString(Objects.requireNonNullElse(
                                                task.spec().contractId(),
                                                task.id().toString())),
                                        path,
                                        place))))
                .onSuccess(answer -> Query.json(
                        context,
                        200,
                        new JsonObject()
                                .put("filePath", answer.getString("filePath"))
                                .put("content", answer.getString("content", ""))))
                .onFailure(failure -> context.fail(
                        failure instanceof MakimaException e && e.code() == ErrorCode.CONFLICT
                                ? new MakimaException(
                                        ErrorCode.NOT_FOUND, e.what(), e.cure().orElse(null), e)
                                : failure));
    }

    /** Known here when the task has ended; before, its daemon knows it. */
    private Future<String> place(Task task) {
        return daemon.ask(task, new GetWorktreeInfo(task.id(), null))
                .map(info -> Objects.requireNonNullElse(info.getString("worktreePath"), ""));
    }
}
