package dev.makima.server.api;

import dev.makima.protocol.CreatePR;
import dev.makima.protocol.RetryCompletionAction;
import dev.makima.server.store.Task;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Brings a task's work to where others see it. To be used on one event loop. */
final class PublishApi {
    private final TaskDaemon daemon;

    PublishApi(TaskDaemon daemon) {
        this.daemon = daemon;
    }

    /** Opens a pull request. */
    void pullRequest(RoutingContext context) {
        Body body = Body.of(context);
        String title = body.needText("title");
        @Nullable String text = body.text("body");
        @Nullable String base = TaskForm.branch(body.text("baseBranch"));
        @Nullable String branch = TaskForm.branch(body.text("branch"));
        daemon.answer(context, task -> new CreatePR(task.id(), title, text, base(task, base), branch, null));
    }

    /** Does the completion action of a task that has ended, once more or another one. */
    void completionAction(RoutingContext context) {
        Body body = Body.of(context);
        @Nullable String action = TaskForm.action(body.text("action"));
        @Nullable String path = TaskForm.path(body.text("targetRepoPath"));
        @Nullable String branch = TaskForm.branch(body.text("targetBranch"));
        daemon.answer(
                context,
                task -> new RetryCompletionAction(
                        task.id(),
                        task.name(),
                        needAction(task, action),
                        first(path, task.spec().targetRepoPath(), ""),
                        branch == null ? task.spec().targetBranch() : branch,
                        null));
    }

    /** It is always named, since daemons differ in what they take for meant where it is not. */
    private static String base(Task task, @Nullable String given) {
        return first(given, task.spec().baseBranch(), "main");
    }

    private static String needAction(Task task, @Nullable String given) {
        @Nullable String action = given == null ? task.spec().completionAction() : given;
        if (action == null) {
            throw Errors.validation(
                    "task " + task.id() + " has no completion action of its own",
                    "Send \"action\": none, branch, merge or pr");
        }
        return action;
    }

    private static String first(@Nullable String one, @Nullable String other, String otherwise) {
        return Objects.requireNonNullElse(one == null ? other : one, otherwise);
    }
}
