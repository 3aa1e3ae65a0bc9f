package dev.makima.server.api;

import dev.makima.protocol.InheritGitConfig;
import dev.makima.server.store.Store;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** By whose name a daemon commits. To be used on one event loop. */
final class GitConfigApi {
    private final Store store;
    private final TaskDaemon daemon;

    GitConfigApi(Store store, TaskDaemon daemon) {
        this.store = store;
        this.daemon = daemon;
    }

    /** Has the daemon take name and address from a directory of its machine, for every later worktree. */
    void inherit(RoutingContext context) {
        UUID id = Query.id(context, "daemon");
        @Nullable String source = TaskForm.path(Body.of(context).text("sourceDir"));
        store.daemons()
                .get(Query.owner(context), id)
                .map(found -> found.orElseThrow(() -> Errors.notFound("no daemon " + id)))
                .compose(found -> daemon.ask(id, new InheritGitConfig(source, null)))
                .onSuccess(answer -> Query.json(context, 200, answer))
                .onFailure(context::fail);
    }
}
