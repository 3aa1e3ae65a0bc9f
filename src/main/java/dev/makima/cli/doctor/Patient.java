package dev.makima.cli.doctor;

import dev.makima.agent.AgentEnvironment;
import dev.makima.cli.core.Surroundings;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Environment;
import dev.makima.config.ServerConfig;
import dev.makima.daemon.DaemonHome;
import java.util.Map;

/**
 * What is examined: the machine as a daemon and a server of this configuration would find it. Where the configuration
 * cannot be used, that is a finding, and the rest is looked at with the defaults.
 *
 * @param daemon the daemon's configuration
 * @param server the server's
 */
record Patient(Surroundings surroundings, Environment environment, DaemonConfig daemon, ServerConfig server) {
    /** The daemon's state. */
    DaemonHome home() {
        return new DaemonHome(daemon, environment);
    }

    /** The environment that agents get to see, but for what a task adds. */
    Map<String, String> agentEnvironment() {
        return AgentEnvironment.build(environment.variables(), daemon.process().envPass(), Map.of(), Map.of(), false);
    }
}
