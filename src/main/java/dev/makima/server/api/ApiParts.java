package dev.makima.server.api;

import dev.makima.config.ServerConfig;
import dev.makima.server.contracts.Contracts;
import dev.makima.server.contracts.QuestionWaits;
import dev.makima.server.core.Bus;
import dev.makima.server.core.Keys;
import dev.makima.server.core.LoginGuard;
import dev.makima.server.core.News;
import dev.makima.server.core.OwnerNews;
import dev.makima.server.core.Timings;
import dev.makima.server.daemons.DaemonConnect;
import dev.makima.server.daemons.DaemonRegistry;
import dev.makima.server.daemons.FlowControl;
import dev.makima.server.daemons.TaskEvents;
import dev.makima.server.store.Store;
import io.vertx.core.Vertx;
import java.time.Clock;

/** What the API works on. */
public record ApiParts(
        Vertx vertx,
        ServerConfig config,
        Timings timings,
        Clock clock,
        Store store,
        Bus bus,
        News news,
        Keys keys,
        LoginGuard guard,
        TaskEvents events,
        DaemonConnect connect,
        DaemonRegistry registry,
        FlowControl flow,
        Contracts contracts,
        QuestionWaits waits,
        OwnerNews histories) {}
