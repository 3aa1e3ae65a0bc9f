package dev.makima.server.store;

import dev.makima.sql.Row;
import dev.makima.sql.Session;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The daemons that can take tasks at this moment, by what they have and how much room is left. It is as of one transaction,
 * in which alone it is used.
 */
final class Takers {
    /** The kind of agent that a daemon is taken to have which does not say what it has. */
    private static final String USUAL_AGENT = "claude";

    private final List<Taker> all;

    private Takers(List<Taker> all) {
        this.all = all;
    }

    /**
     * What a task asks of its daemon.
     *
     * @param agent null for any
     * @param preferred the daemon that should have it where it can
     * @param failed the daemons that have lost it
     */
    record Wish(
            String ownerId,
            @Nullable String agent,
            @Nullable String preferred,
            Set<String> failed) {}

    /** One of them. */
    static final class Taker {
        private final UUID id;
        private final String ownerId;
        private final int max;
        private final JsonArray capabilities;
        private final Set<String> agents;
        private int active;

        private Taker(Row row) throws SQLException {
            this.id = UUID.fromString(row.text("id"));
            this.ownerId = row.text("owner_id");
            this.max = row.integer("max_concurrent_tasks");
            this.capabilities = new JsonArray(row.text("capabilities"));
            this.agents = kinds(new JsonArray(row.text("agents")));
            this.active = row.integer("active_tasks");
        }

        UUID id() {
            return id;
        }

        boolean has(String capability) {
            return capabilities.contains(capability);
        }

        /** It has one task more. */
        void takes() {
            active++;
        }

        private int room() {
            return Math.max(0, max - active);
        }

        /** Whether it could have the task if it had room. */
        private boolean suits(Wish task) {
            return ownerId.equals(task.ownerId()) && (task.agent() == null || agents.contains(task.agent()));
        }

        private boolean failed(Wish task) {
            return task.failed().contains(id.toString());
        }

        private static Set<String> kinds(JsonArray agents) {
            Set<String> kinds = new HashSet<>();
            for (int i = 0; i < agents.size(); i++) {
                JsonObject agent = agents.getJsonObject(i);
                kinds.add(Objects.requireNonNullElse(agent.getString("kind"), ""));
            }
            return kinds.isEmpty() ? Set.of(USUAL_AGENT) : kinds;
        }
    }

    /**
     * Those of the ready ones that this server has, in one question however many there are. One that is ready has an open
     * connection, whether that could be written down or not.
     */
    static Takers among(Session session, UUID node, Set<UUID> ready) throws SQLException {
        List<Taker> own = session.query(
                "select d.id, d.owner_id, d.max_concurrent_tasks, d.capabilities, d.agents,"
                        + " (select count(*) from task t where t.daemon_id = d.id"
                        // One whose agent rests takes no place: its daemon knows, and refuses where it is full.
                        + " and t.is_supervisor = 0 and t.status in "
                        + TaskTable.ACTIVE + ") as active_tasks from daemon d where d.node_id = ? order by d.id",
                Taker::new,
                node);
        return new Takers(new ArrayList<>(
                own.stream().filter(taker -> ready.contains(taker.id())).toList()));
    }

    /** How many tasks more all of each owner's can take; owners without room are not among them. */
    Map<String, Integer> rooms() {
        Map<String, Integer> rooms = new HashMap<>();
        all.stream()
                .filter(taker -> taker.room() > 0)
                .forEach(taker -> rooms.merge(taker.ownerId, taker.room(), Integer::sum));
        return rooms;
    }

    /** The kinds of agents that the owner's daemons with room have, in order. */
    Set<String> agents(String ownerId) {
        Set<String> kinds = new TreeSet<>();
        all.stream()
                .filter(taker -> taker.room() > 0 && taker.ownerId.equals(ownerId))
                .forEach(taker -> kinds.addAll(taker.agents));
        return kinds;
    }

    /** Who should have the task: whom it prefers, else who has the fewest; null where nobody can have it now. */
    @Nullable
    Taker best(Wish task) {
        Taker best = null;
        // Better late than nowhere: a machine that is alone gets back what it has lost.
        boolean others = all.stream().anyMatch(other -> other.suits(task) && !other.failed(task));
        for (Taker taker : all) {
            if (taker.room() == 0 || !taker.suits(task) || (others && taker.failed(task))) {
                continue;
            }
            if (taker.id.toString().equals(task.preferred())) {
                return taker;
            }
            if (best == null || taker.active < best.active) {
                best = taker;
            }
        }
        return best;
    }
}
