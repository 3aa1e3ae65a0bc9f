package dev.makima.server.store;

import dev.makima.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The daemons that have ever connected. Thread-safe. */
public final class DaemonTable {
    private static final String SELECT =
            "select d.*, (select count(*) from task t where t.daemon_id = d.id and t.status in " + TaskTable.ACTIVE
                    + ") as active_tasks from daemon d where d.owner_id = ?";

    private final Database database;
    private final Reads reads;
    private final UUID node;

    /**
     * The daemons, to be written by one server.
     *
     * @param node that server
     */
    DaemonTable(Database database, Reads reads, UUID node) {
        this.database = database;
        this.reads = reads;
        this.node = node;
    }

    /**
     * What a daemon says of itself when it connects.
     *
     * @param instanceId "" for one that names none
     * @param agents JSON: an array of {kind, version}
     */
    public record Hello(
            String ownerId,
            String machineId,
            String instanceId,
            String hostname,
            int maxConcurrentTasks,
            List<String> capabilities,
            JsonArray agents) {}

    /** A daemon as it was last seen. */
    public record Daemon(
            String id,
            String machineId,
            String hostname,
            int maxConcurrentTasks,
            int activeTasks,
            JsonArray capabilities,
            JsonArray agents,
            @Nullable String workingDirectory,
            @Nullable String homeDirectory,
            @Nullable String worktreesDirectory,
            boolean connected,
            @Nullable Instant connectedAt,
            @Nullable Instant lastSeenAt) {}

    /**
     * Writes down that a daemon has connected to this server. Until when it was away stays noted: it is back once it is
     * {@link #seen}.
     *
     * @return its id: the same as before for the same owner, machine and instance
     */
    public Future<UUID> connected(Hello hello, Instant now) {
        return Writes.future(database.write(session -> session.one(
                        "insert into daemon (id, owner_id, machine_id, instance_id, hostname, max_concurrent_tasks,"
                                + " capabilities, agents, connected, node_id, connected_at, last_seen_at, created_at)"
                                + " values (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)"
                                + " on conflict (owner_id, machine_id, instance_id) do update set"
                                + " hostname = excluded.hostname,"
                                + " max_concurrent_tasks = excluded.max_concurrent_tasks,"
                                + " capabilities = excluded.capabilities, agents = excluded.agents, connected = 1,"
                                + " node_id = excluded.node_id,"
                                + " connected_at = excluded.connected_at,"
                                + " last_seen_at = excluded.last_seen_at returning id",
                        row -> UUID.fromString(row.text("id")),
                        UUID.randomUUID(),
                        hello.ownerId(),
                        hello.machineId(),
                        hello.instanceId(),
                        hello.hostname(),
                        hello.maxConcurrentTasks(),
                        new JsonArray(hello.capabilities()).encode(),
                        hello.agents().encode(),
                        node,
                        now,
                        now,
                        now)
                .orElseThrow()));
    }

    /** Writes down where the daemon keeps things. */
    public Future<Void> directories(UUID id, String working, String home, String worktrees) {
        return Writes.future(database.write(session -> session.update(
                        "update daemon set working_directory = ?, home_directory = ?, worktrees_directory = ? where id = ?",
                        working,
                        home,
                        worktrees,
                        id)))
                .mapEmpty();
    }

    /** Writes down that the daemon, which has said what it has, was heard of on a connection to this server. */
    public Future<Void> seen(UUID id, Instant now) {
        return Writes.future(database.write(session -> session.update(
                        "update daemon set last_seen_at = ?, connected = 1, disconnected_at = null, node_id = ?"
                                + " where id = ?",
                        now,
                        node,
                        id)))
                .mapEmpty();
    }

    /** Writes down that the daemon is away, unless it is connected to another server meanwhile. */
    public Future<Void> disconnected(UUID id, Instant now) {
        return away(id, "?", now);
    }

    /**
     * Writes down that the daemon is away, unless it is connected to another server meanwhile. It left before it said what it
     * has, and so counts as away since it was so last: it was not back.
     */
    public Future<Void> leftUnheard(UUID id, Instant now) {
        return away(id, "coalesce(disconnected_at, ?)", now);
    }

    private Future<Void> away(UUID id, String since, Instant now) {
        return Writes.future(database.write(session -> session.update(
                        "update daemon set connected = 0, disconnected_at = " + since
                                + " where id = ? and connected = 1 and node_id = ?",
                        now,
                        id,
                        node)))
                .mapEmpty();
    }

    /** Writes down that a daemon which was silent on its connection to this server is there again. */
    public Future<Void> spoke(UUID id) {
        return Writes.future(database.write(session ->
                        session.update("update daemon set connected = 1, node_id = ? where id = ?", node, id)))
                .mapEmpty();
    }

    /** Where a page of the list ended. */
    public record Position(String hostname, String id) {}

    /**
     * The owner's daemons, by name.
     *
     * @param behind the last daemon of the page before this one
     */
    public Future<List<Daemon>> list(String ownerId, @Nullable Position behind, int limit) {
        String order = " order by d.hostname, d.id limit ?";
        if (behind == null) {
            return reads.query(SELECT + order, DaemonTable::daemon, ownerId, limit);
        }
        return reads.query(
                SELECT + " and (d.hostname > ? or (d.hostname = ? and d.id > ?))" + order,
                DaemonTable::daemon,
                ownerId,
                behind.hostname(),
                behind.hostname(),
                behind.id(),
                limit);
    }

    /** One of the owner's daemons. */
    public Future<Optional<Daemon>> get(String ownerId, UUID id) {
        return reads.one(SELECT + " and d.id = ?", DaemonTable::daemon, ownerId, id.toString());
    }

    private static Daemon daemon(io.vertx.sqlclient.Row row) {
        return new Daemon(
                Columns.text(row, "id"),
                Columns.text(row, "machine_id"),
                Columns.text(row, "hostname"),
                (int) Columns.number(row, "max_concurrent_tasks"),
                (int) Columns.number(row, "active_tasks"),
                new JsonArray(Columns.text(row, "capabilities")),
                new JsonArray(Columns.text(row, "agents")),
                Columns.textOrNull(row, "working_directory"),
                Columns.textOrNull(row, "home_directory"),
                Columns.textOrNull(row, "worktrees_directory"),
                Columns.flag(row, "connected"),
                Columns.instantOrNull(row, "connected_at"),
                Columns.instantOrNull(row, "last_seen_at"));
    }
}
