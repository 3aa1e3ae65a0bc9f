package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.server.core.Keys;
import dev.makima.server.core.Logins;
import dev.makima.server.core.ToolKeys;
import dev.makima.server.output.WholeEntries;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** All routes of the server. To be used on one event loop. */
public final class Api {
    /** A plan may be longer than other bodies: 2 MB are in use. */
    private static final long PLAN_BYTES = 8L << 20;

    private static final String DOCUMENT = "dev/makima/server/openapi.json";
    private static final String CONNECT = Routes.PREFIX + "/mesh/daemons/connect";
    private static final String HEALTH = "/health/";

    private final ApiParts parts;

    /** An API on these parts. */
    public Api(ApiParts parts) {
        this.parts = parts;
    }

    /** The router with every route. */
    public Router router() {
        Router router = Router.router(parts.vertx());
        Errors.install(router);
        String document = document();
        HealthApi health = new HealthApi(parts.store(), parts.registry(), parts.flow());
        router.get(HEALTH + "live").handler(health::live);
        router.get(HEALTH + "ready").handler(health::ready);
        router.get(Routes.PREFIX + "/openapi.json").handler(context -> Query.json(context, 200, document));
        DocsApi docs = new DocsApi(document);
        router.get("/docs").handler(docs::get);
        // Whoever opens the address that a start prints: relative, since a proxy may have it elsewhere.
        router.get("/")
                .handler(context -> context.response()
                        .setStatusCode(302)
                        .putHeader("Location", "docs")
                        .end());
        router.get(Routes.PREFIX + "/docs").handler(docs::get);
        // Before the body handler and the key: the upgrade must not be read, and is refused in words of its own.
        Routes.live(router, CONNECT).handler(context -> parts.connect().handle(context.request()));
        router.route(Routes.PREFIX + "/*").handler(this::authenticate);
        TaskDaemon daemon =
                new TaskDaemon(parts.store(), parts.bus(), parts.timings().answer());
        TasksApi tasks = new TasksApi(parts.store(), parts.bus(), daemon, parts.events(), parts.clock());
        tasks(router, tasks);
        daemons(router);
        CommandRoutes.install(
                router, (path, handler) -> post(router, path, handler), parts.store(), daemon, parts.contracts());
        contracts(router, tasks);
        HistoryApi history = new HistoryApi(parts);
        router.get(Routes.PREFIX + "/history").handler(history::list);
        Routes.live(router, Routes.PREFIX + "/events").handler(history::events);
        keys(router);
        router.get(Routes.PREFIX + "/usage").handler(new UsageApi(parts.store(), parts.clock())::get);
        Routes.answerHead(router);
        return router;
    }

    /**
     * Makes the server answer in our form what never gets to a route, and end connections that only wait. It may not have
     * HTTP/2 in the clear, with which connections are not known before their first request.
     *
     * @param most how many connections there may be at once, the sockets of daemons not counted
     */
    public static HttpServer install(Vertx vertx, HttpServer server, Router router, int most) {
        Patience patience = new Patience(vertx, most, Patience.DEFAULT);
        return server.invalidRequestHandler(Errors::invalid)
                .connectionHandler(patience::connected)
                .requestHandler(request -> {
                    if (patience.asked(request) || isAlwaysLetIn(request.path())) {
                        router.handle(request);
                    } else {
                        patience.refused();
                        Errors.full(request);
                    }
                });
    }

    /** Daemons go on with their work however many look on, and a server that is busy is not taken for one that is down. */
    private static boolean isAlwaysLetIn(@Nullable String path) {
        return path != null && (path.equals(CONNECT) || path.startsWith(HEALTH));
    }

    /** The bounds of what is read before a route is known. */
    public static HttpServerOptions bounds(HttpServerOptions options) {
        return options.setMaxInitialLineLength(Errors.ADDRESS_BYTES).setMaxHeaderSize(Errors.HEADER_BYTES);
    }

    private void tasks(Router router, TasksApi tasks) {
        SearchApi search = new SearchApi(parts.store());
        OutputApi output = new OutputApi(
                parts.store(), new WholeEntries(parts.vertx(), parts.store().output()), search);
        EventsApi events = new EventsApi(parts.vertx(), parts.store(), parts.bus(), parts.news(), parts.timings());
        String all = Routes.PREFIX + "/mesh/tasks";
        String one = all + "/:id";
        withPlan(router.post(all), tasks::create);
        router.get(all).handler(tasks::list);
        router.get(one).handler(tasks::get);
        router.delete(one).handler(tasks::delete);
        post(router, one + "/start", tasks::start);
        post(router, one + "/stop", tasks::stop);
        post(router, one + "/message", tasks::message);
        post(router, one + "/pause", tasks::pause);
        post(router, one + "/resume", tasks::resume);
        router.get(Routes.PREFIX + "/mesh/output").handler(search::all);
        router.get(one + "/output").handler(output::list);
        router.get(one + "/output/:seq").handler(output::one);
        Routes.live(router, one + "/events").handler(events::open);
        changes(router, one, new TaskChangesApi(parts.store(), tasks, parts.events(), parts.clock()));
    }

    private void changes(Router router, String one, TaskChangesApi changes) {
        withPlan(router.put(one), changes::update);
        post(router, one + "/retry", changes::retry);
        withPlan(router.post(one + "/continue"), changes::continueFrom);
        router.get(one + "/subtasks").handler(changes::subtasks);
        withPlan(router.post(one + "/subtasks"), changes::createSubtask);
    }

    private void daemons(Router router) {
        DaemonsApi daemons = new DaemonsApi(parts.store(), parts.registry(), parts.bus());
        String one = Routes.PREFIX + "/mesh/daemons/:id";
        router.get(Routes.PREFIX + "/mesh/daemons").handler(daemons::list);
        router.get(one).handler(daemons::get);
        router.get(one + "/directories").handler(daemons::directories);
        post(router, one + "/restart", daemons::restart);
        LoginsApi logins = new LoginsApi(
                daemons,
                new Logins(parts.vertx(), parts.bus(), parts.clock()),
                parts.bus(),
                parts.timings().answer());
        post(router, one + "/reauth", logins::begin);
        router.get(one + "/reauth").handler(logins::get);
        post(router, one + "/auth-code", logins::code);
    }

    private void contracts(Router router, TasksApi tasks) {
        ContractRoutes routes = new ContractRoutes(
                router,
                (path, handler) -> post(router, path, handler),
                (path, handler) -> withBody(router.put(path), handler));
        routes.install(parts, tasks);
    }

    private void keys(Router router) {
        KeysApi keys = new KeysApi(parts.store(), parts.keys(), parts.bus(), parts.clock());
        post(router, Routes.PREFIX + "/keys", keys::create);
        router.get(Routes.PREFIX + "/keys").handler(keys::list);
        router.delete(Routes.PREFIX + "/keys/:id").handler(keys::revoke);
    }

    /** A route whose body has a plan, which may be longer than other bodies. */
    private void withPlan(Route route, Handler<RoutingContext> handler) {
        LimitedBody.on(route, Math.max(PLAN_BYTES, parts.config().limits().bodyBytes()), handler);
    }

    private void withBody(Route route, Handler<RoutingContext> handler) {
        LimitedBody.on(route, parts.config().limits().bodyBytes(), handler);
    }

    private void post(Router router, String path, Handler<RoutingContext> handler) {
        withBody(router.post(path), handler);
    }

    private void authenticate(RoutingContext context) {
        String secret = Keys.in(context.request().headers());
        if (secret == null) {
            context.fail(new MakimaException(
                    ErrorCode.UNAUTHORIZED, "no API key", "Send it in the header X-Makima-Api-Key"));
            return;
        }
        context.request().pause();
        identify(context, secret)
                .onSuccess(done -> {
                    context.request().resume();
                    context.next();
                })
                .onFailure(failure -> {
                    context.request().resume();
                    context.fail(failure);
                });
    }

    private Future<Void> identify(RoutingContext context, String secret) {
        if (ToolKeys.isForm(secret)) {
            return new ToolKeys(parts.store().toolKeys())
                    .check(secret)
                    .recover(failure -> Future.failedFuture(told(context, failure)))
                    .compose(agent -> {
                        Query.setAgent(context, agent);
                        return new AgentScope(parts.store()).check(context, agent);
                    });
        }
        return parts.keys()
                .check(secret)
                .recover(failure -> Future.failedFuture(told(context, failure)))
                .map(key -> {
                    Query.setKey(context, key);
                    return null;
                });
    }

    private Throwable told(RoutingContext context, Throwable failure) {
        // The address of the connection: what a header says of one (X-Forwarded-For) anybody can write.
        String address = String.valueOf(context.request().remoteAddress().hostAddress());
        if (!(failure instanceof MakimaException e) || e.code() != ErrorCode.UNAUTHORIZED) {
            return failure;
        }
        MakimaException told = parts.guard().failed(address, e);
        if (told.code() == ErrorCode.RATE_LIMITED) {
            context.response().putHeader("Retry-After", parts.guard().retryAfter(address));
        }
        return told;
    }

    private static String document() {
        try (InputStream in = Api.class.getClassLoader().getResourceAsStream(DOCUMENT)) {
            if (in == null) {
                throw new MakimaException(ErrorCode.INTERNAL, "the file " + DOCUMENT + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.INTERNAL, "the file " + DOCUMENT + " can't be read", null, e);
        }
    }
}
