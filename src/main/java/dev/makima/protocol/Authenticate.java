package dev.makima.protocol;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The daemon names itself: its first frame. Those after {@code maxConcurrentTasks} are extensions.
 *
 * @param apiKey the daemon's key, never to be logged
 * @param protocol the version of the protocol, 2 where any extension is offered
 * @param capabilities what the daemon can do beyond the base, see {@link Capability}
 * @param instanceId which state directory this daemon works on: machine ids get cloned
 * @param agents the kinds of agents it can run
 */
public record Authenticate(
        String apiKey,
        String machineId,
        String hostname,
        int maxConcurrentTasks,
        @Nullable Integer protocol,
        @Nullable List<String> capabilities,
        @Nullable UUID instanceId,
        @Nullable List<AgentInfo> agents)
        implements DaemonFrame {

    /** Copies the lists. */
    public Authenticate {
        capabilities = capabilities == null ? null : List.copyOf(capabilities);
        agents = agents == null ? null : List.copyOf(agents);
    }

    /** The frame as a base daemon sends it: without any extension. */
    public static Authenticate base(String apiKey, String machineId, String hostname, int maxConcurrentTasks) {
        return new Authenticate(apiKey, machineId, hostname, maxConcurrentTasks, null, null, null, null);
    }

    /** Without {@code apiKey}, which must not be logged. */
    @Override
    public String toString() {
        return "Authenticate[machineId=" + machineId + ", hostname=" + hostname + ", maxConcurrentTasks="
                + maxConcurrentTasks + ", protocol=" + protocol + ", instanceId=" + instanceId + "]";
    }
}
