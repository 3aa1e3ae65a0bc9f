package dev.makima.server.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Set;
import java.util.TreeSet;

/** What holds for a router's routes whatever they are about. Stateless. */
public final class Routes {
    /** Where everything but the health is. */
    static final String PREFIX = "/api/v1";

    private static final String LIVE = "makima.live";

    private Routes() {}

    /** A route whose answer goes on: there is none without its body. */
    static Route live(Router router, String path) {
        return router.get(path).putMetadata(LIVE, true);
    }

    /** What a GET answers, a HEAD answers alike: what sends the answer leaves the body out. */
    static void answerHead(Router router) {
        router.getRoutes().stream()
                .filter(route -> route.methods() != null
                        && route.methods().contains(HttpMethod.GET)
                        && route.getMetadata(LIVE) == null)
                .forEach(route -> route.method(HttpMethod.HEAD));
    }

    /** All routes as "METHOD /path/{parameter}", as the document writes them: HEAD goes without saying. */
    public static Set<String> of(Router router) {
        Set<String> routes = all(router);
        routes.removeIf(route -> route.startsWith(HttpMethod.HEAD.name() + " "));
        return routes;
    }

    /** The same with HEAD. */
    static Set<String> all(Router router) {
        Set<String> routes = new TreeSet<>();
        router.getRoutes().forEach(route -> {
            if (route.methods() != null && route.getPath() != null) {
                String path = route.getPath().replaceAll(":([a-z]+)", "{$1}");
                route.methods().forEach(method -> routes.add(method.name() + " " + path));
            }
        });
        return routes;
    }
}
