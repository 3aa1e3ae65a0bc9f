package dev.makima.server.api;

import dev.makima.server.contracts.Contracts;
import dev.makima.server.store.Store;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BiConsumer;

/** The routes of what only a task's daemon can do. Stateless. */
final class CommandRoutes {
    private CommandRoutes() {}

    /**
     * Adds them.
     *
     * @param post adds a route whose body is read
     * @param contracts are told of merges
     */
    static void install(
            Router router,
            BiConsumer<String, Handler<RoutingContext>> post,
            Store store,
            TaskDaemon daemon,
            Contracts contracts) {
        String task = Routes.PREFIX + "/mesh/tasks/:id";
        WorktreeApi worktree = new WorktreeApi(daemon);
        router.get(task + "/diff").handler(worktree::diff);
        router.get(task + "/worktree").handler(worktree::info);
        router.get(task + "/file").handler(worktree::file);
        router.get(task + "/target-exists").handler(worktree::targetExists);
        post.accept(task + "/commit", worktree::commit);
        post.accept(task + "/clone", worktree::cloneTo);
        post.accept(task + "/cleanup", worktree::cleanup);
        CheckpointsApi checkpoints = new CheckpointsApi(store, daemon);
        router.get(task + "/checkpoints").handler(checkpoints::list);
        post.accept(task + "/checkpoints", checkpoints::create);
        PatchesApi patches = new PatchesApi(daemon);
        post.accept(task + "/patch", patches::export);
        post.accept(task + "/patch/apply", patches::apply);
        merges(router, post, task, new MergesApi(daemon, contracts));
        PublishApi publish = new PublishApi(daemon);
        post.accept(task + "/pr", publish::pullRequest);
        post.accept(task + "/completion-action", publish::completionAction);
        post.accept(Routes.PREFIX + "/mesh/daemons/:id/git-config", new GitConfigApi(store, daemon)::inherit);
    }

    private static void merges(
            Router router, BiConsumer<String, Handler<RoutingContext>> post, String task, MergesApi merges) {
        router.get(task + "/branches").handler(merges::branches);
        post.accept(task + "/branches", merges::createBranch);
        router.get(task + "/merge").handler(merges::status);
        router.get(task + "/merge/check").handler(merges::check);
        post.accept(task + "/merge", merges::start);
        post.accept(task + "/merge/resolve", merges::resolve);
        post.accept(task + "/merge/commit", merges::commit);
        post.accept(task + "/merge/abort", merges::abort);
        post.accept(task + "/merge/skip", merges::skip);
        post.accept(task + "/merge/target", merges::toTarget);
    }
}
