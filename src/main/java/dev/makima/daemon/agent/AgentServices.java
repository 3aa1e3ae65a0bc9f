package dev.makima.daemon.agent;

import dev.makima.config.DaemonConfig;
import dev.makima.daemon.store.StoreClient;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What every agent is started with.
 *
 * @param environment the daemon's own environment, of which agents get the allowed part
 * @param keys the keys that agents have for the server
 * @param ids makes ids
 */
record AgentServices(
        DaemonConfig config,
        Map<String, String> environment,
        StoreClient store,
        AgentProbe probe,
        ToolKeys keys,
        Clock clock,
        Supplier<UUID> ids) {}
