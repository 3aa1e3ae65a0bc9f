package dev.makima.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.TaskView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a task does not get on, as far as the server's daemons tell it: none is there that would take it, or the one that
 * has it is not connected. A task alone says "waiting" or "running" in both cases.
 */
public final class Standstill {
    private static final String USUAL_AGENT = "claude";

    private Standstill() {}

    /**
     * The reason.
     *
     * @param daemons the server's answer about all of them
     * @return a clause without a full stop; nothing where the task gets on, or will shortly
     */
    public static Optional<String> of(TaskView task, JsonNode daemons, Instant now) {
        if (task.waiting()) {
            return task.draft() ? Optional.empty() : waiting(task.agent(), daemons);
        }
        if (!task.active()) {
            return Optional.empty();
        }
        for (JsonNode daemon : daemons) {
            if (daemon.path("id").asText().equals(task.daemonId()) && !connected(daemon)) {
                return Optional.of("its daemon on " + host(daemon) + " is not connected, last seen "
                        + Amounts.ago(daemon.path("lastSeenAt").asText(null), now)
                        + "; the agent goes on there while its lease lasts, if that machine runs");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> waiting(@Nullable String agent, JsonNode daemons) {
        List<String> taken = new ArrayList<>();
        for (JsonNode daemon : daemons) {
            if (!connected(daemon)) {
                continue;
            }
            String refusing = daemon.path("refusing").asText("");
            int tasks = daemon.path("activeTasks").asInt();
            if (agent != null && !has(agent, daemon)) {
                taken.add(host(daemon) + " has no agent " + Printable.line(agent));
            } else if (!refusing.isEmpty()) {
                taken.add(host(daemon) + " takes none (" + Printable.line(refusing) + ")");
            } else if (tasks >= daemon.path("maxConcurrentTasks").asInt()) {
                taken.add(host(daemon) + " has as many as it takes (" + tasks + ")");
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(
                taken.isEmpty()
                        ? "no daemon is connected to take it; start one with: makima daemon"
                        : "no daemon takes it yet: " + String.join(", ", taken));
    }

    /** Whether it has the agent: one that does not say what it has is given tasks of the usual one alone. */
    private static boolean has(String agent, JsonNode daemon) {
        JsonNode kinds = daemon.path("agents");
        if (kinds.isEmpty()) {
            return agent.equals(USUAL_AGENT);
        }
        for (JsonNode one : kinds) {
            if (one.path("kind").asText().equals(agent)) {
                return true;
            }
        }
        return false;
    }

    private static boolean connected(JsonNode daemon) {
        return daemon.path("status").asText().equals("connected");
    }

    private static String host(JsonNode daemon) {
        return Printable.line(daemon.path("hostname").asText("another machine"));
    }
}
