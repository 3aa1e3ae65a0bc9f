package dev.makima.server;

import dev.makima.config.ServerConfig;
import dev.makima.server.core.Keys;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A server that runs inside this process. Thread-safe. */
public final class MakimaServer {
    private final Vertx vertx;
    private final ServerVerticle verticle;
    private final String deployment;

    private MakimaServer(Vertx vertx, ServerVerticle verticle, String deployment) {
        this.vertx = vertx;
        this.verticle = verticle;
        this.deployment = deployment;
    }

    /**
     * Starts a server.
     *
     * @return completes when it listens; fails with a MakimaException where the database can't be used (DB_ERROR) or
     *     the port is taken (CONFLICT)
     */
    public static Future<MakimaServer> start(Vertx vertx, ServerConfig config) {
        return start(vertx, new ServerVerticle(config));
    }

    /** Starts a server that was made with times of its own. */
    static Future<MakimaServer> start(Vertx vertx, ServerVerticle verticle) {
        return vertx.deployVerticle(verticle).map(id -> new MakimaServer(vertx, verticle, id));
    }

    /** The port that it listens at. */
    public int port() {
        return verticle.port();
    }

    /** The key that was made if this was the first start of all: to be shown now or never. */
    public Optional<Keys.Created> firstKey() {
        return verticle.firstKey();
    }

    /** Makes a key for the server's first account. */
    public Future<Keys.Created> createKey(String name) {
        Promise<Keys.Created> promise = Promise.promise();
        Context context = Objects.requireNonNull(verticle.context(), "it was deployed");
        context.runOnContext(ignored -> verticle.createKey(name).onComplete(promise));
        return promise.future();
    }

    /** All routes of its API as "METHOD /path/{parameter}". */
    Set<String> routes() {
        return verticle.routes();
    }

    /** Ends the server; everything that was acknowledged is kept. */
    public Future<Void> close() {
        return vertx.undeploy(deployment);
    }
}
