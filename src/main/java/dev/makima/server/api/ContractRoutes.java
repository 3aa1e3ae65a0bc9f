package dev.makima.server.api;

import dev.makima.server.store.Store;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BiConsumer;

/** The routes of contracts. */
final class ContractRoutes {
    private final Router router;
    private final BiConsumer<String, Handler<RoutingContext>> post;
    private final BiConsumer<String, Handler<RoutingContext>> put;

    /**
     * Routes of that router.
     *
     * @param post adds a route whose body is read
     * @param put the same for PUT
     */
    ContractRoutes(
            Router router,
            BiConsumer<String, Handler<RoutingContext>> post,
            BiConsumer<String, Handler<RoutingContext>> put) {
        this.router = router;
        this.post = post;
        this.put = put;
    }

    /**
     * Adds them.
     *
     * @param tasks makes the tasks of contracts
     */
    void install(ApiParts parts, TasksApi tasks) {
        Store store = parts.store();
        ContractStanding standing = new ContractStanding(store, parts.clock());
        ContractsApi contracts = new ContractsApi(store, parts.contracts(), parts.events(), standing, parts.clock());
        String all = Routes.PREFIX + "/contracts";
        String one = all + "/:id";
        post.accept(all, contracts::create);
        router.get(all).handler(contracts::list);
        router.get(one).handler(contracts::get);
        put.accept(one, contracts::update);
        router.delete(one).handler(contracts::delete);
        post.accept(one + "/phase", contracts::phase);
        post.accept(one + "/complete", contracts::complete);
        router.get(one + "/checklist").handler(standing::checklist);
        router.get(one + "/deliverables").handler(standing::deliverables);
        put.accept(one + "/deliverables/:name", standing::mark);
        router.get(one + "/suggestion").handler(standing::suggestion);
        post.accept(one + "/completion-action", standing::completionAction);
        router.get(one + "/supervisor").handler(standing::supervisor);
        router.get(one + "/tree").handler(standing::tree);
        router.get(one + "/tasks").handler(standing::tasks);
        post.accept(one + "/tasks", context -> standing.createTask(context, tasks));
        post.accept(one + "/reports", context -> standing.report(context, parts.contracts()));
        HistoryApi history = new HistoryApi(parts);
        router.get(one + "/history").handler(context -> history.listOfContract(context, standing));
        Routes.live(router, one + "/events").handler(context -> history.eventsOfContract(context, standing));
        files(one, new ContractFilesApi(store, standing, parts.contracts().documents(), parts.clock()));
        questions(one, new QuestionsApi(store, standing, parts.waits(), parts.bus(), parts.news(), parts.clock()));
    }

    private void files(String one, ContractFilesApi files) {
        router.get(one + "/files").handler(files::list);
        post.accept(one + "/files", files::create);
        router.get(one + "/files/:file").handler(files::get);
        put.accept(one + "/files/:file", files::update);
        router.delete(one + "/files/:file").handler(files::delete);
        post.accept(one + "/files/:file/sync", files::sync);
        router.get(one + "/repositories").handler(files::repositories);
        post.accept(one + "/repositories", files::addRepository);
        router.delete(one + "/repositories/:repository").handler(files::deleteRepository);
    }

    private void questions(String one, QuestionsApi questions) {
        post.accept(one + "/questions", questions::ask);
        router.get(one + "/questions").handler(questions::list);
        router.get(one + "/questions/:question").handler(questions::get);
        post.accept(one + "/questions/:question/answer", questions::answer);
    }
}
