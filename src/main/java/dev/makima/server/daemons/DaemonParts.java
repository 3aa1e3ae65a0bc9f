package dev.makima.server.daemons;

import dev.makima.config.ServerConfig;
import dev.makima.server.core.Bus;
import dev.makima.server.core.Timings;
import dev.makima.server.output.EntryWriter;
import dev.makima.server.store.Store;
import io.vertx.core.Vertx;
import java.time.Clock;

/** What the sockets of a server share. */
public record DaemonParts(
        Vertx vertx,
        Store store,
        ServerConfig config,
        Timings timings,
        Clock clock,
        FlowControl flow,
        DaemonRegistry registry,
        Dispatcher dispatcher,
        Bus bus,
        EntryWriter entries,
        TaskEvents events,
        Questions questions) {}
