package dev.makima.server.api;

import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import dev.makima.base.TaskId;
import dev.makima.protocol.CheckMergeComplete;
import dev.makima.protocol.CreateBranch;
import dev.makima.protocol.ListBranches;
import dev.makima.protocol.MergeAbort;
import dev.makima.protocol.MergeCommit;
import dev.makima.protocol.MergeResolve;
import dev.makima.protocol.MergeSkip;
import dev.makima.protocol.MergeStart;
import dev.makima.protocol.MergeStatus;
import dev.makima.protocol.MergeTaskToTarget;
import dev.makima.server.contracts.Contracts;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Branches of tasks, and what is merged with what. To be used on one event loop. */
final class MergesApi {
    private final TaskDaemon daemon;
    private final Contracts contracts;

    MergesApi(TaskDaemon daemon, Contracts contracts) {
        this.daemon = daemon;
        this.contracts = contracts;
    }

    /** The branches of tasks in the task's repository. */
    void branches(RoutingContext context) {
        daemon.answer(context, task -> new ListBranches(task.id(), null));
    }

    /** Makes a branch and checks it out in the task's worktree. */
    void createBranch(RoutingContext context) {
        Body body = Body.of(context);
        String name = new RefName(body.needText("name")).value();
        @Nullable String from = TaskForm.branch(body.text("from"));
        daemon.answer(context, task -> new CreateBranch(task.id(), name, from, null));
    }

    /** Begins to merge a branch into the task's worktree. */
    void start(RoutingContext context) {
        String branch = new RefName(Body.of(context).needText("sourceBranch")).value();
        daemon.answer(context, task -> new MergeStart(task.id(), branch, null));
    }

    /** Whether a merge is under way, and what it conflicts in. */
    void status(RoutingContext context) {
        daemon.answer(context, task -> new MergeStatus(task.id(), null));
    }

    /** Takes one side of a file that conflicts. */
    void resolve(RoutingContext context) {
        Body body = Body.of(context);
        String file = new RelativePath(body.needText("file")).value();
        String strategy = body.needText("strategy");
        if (!strategy.equals("ours") && !strategy.equals("theirs")) {
            throw Errors.validation("the field \"strategy\" is neither ours nor theirs", "Send one of them");
        }
        daemon.answer(context, task -> new MergeResolve(task.id(), file, strategy, null));
    }

    /** Ends the merge with a commit. */
    void commit(RoutingContext context) {
        String message = Body.of(context).needText("message");
        daemon.answer(context, task -> new MergeCommit(task.id(), message, null));
    }

    /** Gives the merge up. */
    void abort(RoutingContext context) {
        daemon.answer(context, task -> new MergeAbort(task.id(), null));
    }

    /** Says that a subtask's branch is not to be merged. */
    void skip(RoutingContext context) {
        Body body = Body.of(context);
        TaskId subtask = TaskId.of(body.needText("subtaskId"));
        String reason = body.needText("reason");
        daemon.answer(context, task -> new MergeSkip(task.id(), subtask, reason, null));
    }

    /** Whether every subtask's branch is merged or skipped. */
    void check(RoutingContext context) {
        daemon.answer(context, task -> new CheckMergeComplete(task.id(), null));
    }

    /** Merges the task's work into the branch that it is meant for. */
    void toTarget(RoutingContext context) {
        Body body = Body.of(context);
        @Nullable String target = TaskForm.branch(body.text("targetBranch"));
        boolean squash = body.flag("squash", false);
        daemon.task(context)
                .compose(task -> daemon.ask(task, new MergeTaskToTarget(task.id(), target, squash, null))
                        .compose(answer -> answer.getBoolean("success", false)
                                ? contracts.mergedTo(task, target).map(answer)
                                : Future.succeededFuture(answer)))
                .onSuccess(answer -> Query.json(context, 200, answer))
                .onFailure(context::fail);
    }
}
