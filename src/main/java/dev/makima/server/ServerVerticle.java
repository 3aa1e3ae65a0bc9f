package dev.makima.server;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.config.ConfigLoader;
import dev.makima.config.Environment;
import dev.makima.config.Flags;
import dev.makima.config.Loaded;
import dev.makima.config.ServerConfig;
import dev.makima.server.api.Api;
import dev.makima.server.api.ApiParts;
import dev.makima.server.api.Routes;
import dev.makima.server.contracts.Contracts;
import dev.makima.server.contracts.QuestionWaits;
import dev.makima.server.core.Bus;
import dev.makima.server.core.Keys;
import dev.makima.server.core.LoginGuard;
import dev.makima.server.core.News;
import dev.makima.server.core.OwnerNews;
import dev.makima.server.core.Timings;
import dev.makima.server.daemons.DaemonConnect;
import dev.makima.server.daemons.DaemonParts;
import dev.makima.server.daemons.DaemonRegistry;
import dev.makima.server.daemons.Dispatcher;
import dev.makima.server.daemons.FlowControl;
import dev.makima.server.daemons.Questions;
import dev.makima.server.daemons.TaskEvents;
import dev.makima.server.output.EntryWriter;
import dev.makima.server.store.Store;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.net.BindException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server: REST API, daemons' sockets and dispatch on one event loop, the database and the making of entries on
 * threads of their own. Deployed by name it reads its configuration from the deployment's.
 */
public final class ServerVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(ServerVerticle.class.getName());

    private static final Duration RETENTION_LOOKS = Duration.ofHours(1);

    private final @Nullable ServerConfig given;
    private final Timings timings;
    private final Clock clock;
    private @Nullable Store store;
    private @Nullable News news;
    private @Nullable EntryWriter entries;
    private @Nullable HttpServer http;
    private @Nullable Keys keys;
    private @Nullable Upkeep upkeep;
    private @Nullable Retention retention;
    private @Nullable Contracts contracts;
    private @Nullable QuestionWaits waits;
    private @Nullable OwnerNews histories;
    private long upkeepTimer = -1;
    private final DaemonRegistry registry = new DaemonRegistry();
    private Set<String> routes = Set.of();
    private Optional<Keys.Created> firstKey = Optional.empty();

    /** A server that is told by its deployment's configuration. */
    public ServerVerticle() {
        this(null, Timings.DEFAULT, Clock.systemUTC());
    }

    /** A server with that configuration. */
    public ServerVerticle(ServerConfig config) {
        this(config, Timings.DEFAULT, Clock.systemUTC());
    }

    /**
     * A server with that configuration and times of its own.
     *
     * @param config null for that of the deployment
     */
    public ServerVerticle(@Nullable ServerConfig config, Timings timings, Clock clock) {
        this.given = config;
        this.timings = timings;
        this.clock = clock;
    }

    /**
     * Starts the server.
     *
     * @return completes when it listens; fails with a MakimaException where the database can't be used or the port is
     *     taken
     */
    @Override
    public Future<?> start() {
        ServerConfig config = given == null ? configured() : given;
        return Store.open(vertx, Store.settings(config.database()), clock.instant())
                .compose(opened -> {
                    store = opened;
                    return wire(config, opened);
                })
                .recover(failure -> stop().transform(stopped -> Future.failedFuture(failure)));
    }

    /** Stops listening, closes the sockets, writes what is queued, closes the database. May be called again. */
    @Override
    public Future<?> stop() {
        HttpServer listening = http;
        EntryWriter writing = entries;
        Store opened = store;
        http = null;
        entries = null;
        store = null;
        vertx.cancelTimer(upkeepTimer);
        if (upkeep != null) {
            upkeep.close();
        }
        if (retention != null) {
            retention.close();
        }
        if (contracts != null) {
            contracts.close();
        }
        registry.closeAll();
        return (listening == null ? Future.<Void>succeededFuture() : listening.close())
                .eventually(() -> waits == null ? Future.succeededFuture() : waits.close())
                .eventually(() -> news == null ? Future.succeededFuture() : news.close())
                .eventually(() -> histories == null ? Future.succeededFuture() : histories.close())
                .eventually(() -> writing == null
                        ? Future.succeededFuture()
                        : vertx.executeBlocking(() -> {
                            writing.close();
                            return null;
                        }))
                .eventually(() -> opened == null ? Future.succeededFuture() : opened.close());
    }

    /** The port that it listens at, once it is started; else 0. */
    public int port() {
        HttpServer listening = http;
        return listening == null ? 0 : listening.actualPort();
    }

    /** The key that the first start of all has made; it is kept nowhere and can't be shown again. */
    public Optional<Keys.Created> firstKey() {
        return firstKey;
    }

    /** Makes a key for the server's first account. Has to be called on the verticle's context. */
    Future<Keys.Created> createKey(String name) {
        Keys made = keys;
        return made == null ? Future.failedFuture("the server does not run") : made.create(name);
    }

    /** All routes of its API as "METHOD /path/{parameter}". */
    Set<String> routes() {
        return routes;
    }

    /** The context it was deployed on; null before. */
    @Nullable
    Context context() {
        return context;
    }

    private ServerConfig configured() {
        Loaded<ServerConfig> loaded = ConfigLoader.serverFromTree(
                config(), Flags.none(), Environment.system(), Path.of("").toAbsolutePath());
        loaded.warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
        return loaded.config();
    }

    private Future<?> wire(ServerConfig config, Store opened) {
        Bus bus = new Bus(vertx);
        News told = new News(vertx, bus);
        Keys made = new Keys(opened.keys(), new SecureRandom(), clock);
        LoginGuard guard = new LoginGuard(clock);
        FlowControl flow = new FlowControl();
        EntryWriter writer = new EntryWriter(opened.output(), opened.entries(), told, clock, flow::isFlooded);
        Dispatcher dispatcher = new Dispatcher(
                vertx, opened, bus, told, registry, config.tasks().lease(), timings, clock);
        dispatcher.begin();
        Contracts led = new Contracts(opened, bus, told, timings, clock);
        contracts = led;
        waits = new QuestionWaits(vertx, bus);
        OwnerNews grown = new OwnerNews(bus);
        histories = grown;
        opened.onHistory(bus::publishHistory);
        TaskEvents events = new TaskEvents(
                opened, told, dispatcher, writer, led, config.tasks().maxRetries(), clock);
        DaemonParts parts = new DaemonParts(
                vertx,
                opened,
                config,
                timings,
                clock,
                flow,
                registry,
                dispatcher,
                bus,
                writer,
                events,
                new Questions(vertx));
        DaemonConnect connect = new DaemonConnect(parts, made, guard);
        news = told;
        keys = made;
        entries = writer;
        writer.start();
        Router router = new Api(new ApiParts(
                        vertx, config, timings, clock, opened, bus, told, made, guard, events, connect, registry, flow,
                        led, waits, grown))
                .router();
        routes = Routes.of(router);
        Upkeep looking = new Upkeep(opened, config.tasks(), timings, events, writer, clock);
        upkeepTimer = vertx.setPeriodic(timings.tick().toMillis(), timer -> looking.run());
        upkeep = looking;
        Retention trimming = new Retention(opened, config, clock);
        vertx.setPeriodic(0, RETENTION_LOOKS.toMillis(), timer -> trimming.run());
        retention = trimming;
        // Listening comes first: a key that was made and then not shown, since the port was taken, would be lost.
        return listen(config, router).compose(_ -> made.createFirst()).map(created -> {
            firstKey = created;
            if (given == null) {
                // Deployed by its name: nobody else is there to show it, and without it nobody gets in; a log would
                // keep it.
                created.ifPresent(key -> System.out.println(
                        "Its admin key, shown this once: " + key.secret().reveal() + "   (export MAKIMA_API_KEY=...)"));
            }
            return created;
        });
    }

    private Future<HttpServer> listen(ServerConfig config, Router router) {
        // What is a little over the limit is read to its end, so that the close code that tells why gets through; only
        // what is far over it is cut off.
        int frameBytes = (int) Math.min(Integer.MAX_VALUE, 2 * config.limits().frameBytes());
        HttpServerOptions options = new HttpServerOptions()
                .setTcpNoDelay(true)
                // No upgrade to HTTP/2 in the clear: nothing here needs it, proxies have been led past their checks by
                // it, and a client that tries it by itself (the JDK's) was seen to wait for ever for a large answer.
                .setHttp2ClearTextEnabled(false)
                .setMaxWebSocketFrameSize(frameBytes)
                .setMaxWebSocketMessageSize(frameBytes)
                // Output that is a log compresses well, but not for nothing; who has a slow line puts a proxy there.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        return Api.install(
                        vertx,
                        vertx.createHttpServer(Api.bounds(options)),
                        router,
                        config.limits().connections())
                .listen(config.http().port(), config.http().host())
                .map(listening -> {
                    http = listening;
                    LOG.log(
                            System.Logger.Level.INFO,
                            "listening at http://{0}:{1}",
                            config.http().host(),
                            Integer.toString(listening.actualPort()));
                    return listening;
                })
                .recover(failure -> Future.failedFuture(unbound(config.http(), failure)));
    }

    /** The kinds of this failure differ in the system's words alone. */
    private static String cure(String message) {
        if (message.contains("assign")) {
            return "Set http.host to an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 for all it has";
        }
        return message.contains("ermission")
                ? "Set an http.port from 1024 on (0 = any free one): lower ones need rights of their own"
                : "End the program that is there, or set another http.port (0 = any free one)";
    }

    private static Throwable unbound(ServerConfig.Http http, Throwable failure) {
        String address = http.host() + ":" + http.port();
        if (failure instanceof BindException) {
            return new MakimaException(
                    ErrorCode.CONFLICT,
                    "can't listen at " + address + ": " + failure.getMessage(),
                    cure(String.valueOf(failure.getMessage())),
                    failure);
        }
        return new MakimaException(
                ErrorCode.IO, "can't listen at " + address + ": " + failure, "Check http.host and http.port", failure);
    }
}
