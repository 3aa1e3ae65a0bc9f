package dev.makima.server.store;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The tasks that wait, and their hand-over to daemons. Every hand-over is one conditional statement on the task's
 * version, so that two servers, or two starts at once, never hand one task over twice. Thread-safe.
 */
public final class DispatchTable {
    private static final int CLAIMS_MAX = 500;
    /** So many more than there is room for are looked at, as some may have to wait for a daemon of their own. */
    private static final int SPARE = 100;

    private static final int NAMED_MAX = 20;

    /** The longest time between two attempts of a daemon to connect, and what one takes. */
    private static final Duration COMES_BACK_WITHIN = Duration.ofSeconds(90);

    /** Where the work is that the task goes on with: its own, or what it continues from. */
    private static final String PREFERRED = "coalesce(preferred_daemon_id, case when resume_session = 1 then (select"
            + " h.daemon_id from hand_over h where h.task_id = task.id and h.failed = 0 order by h.fence desc limit 1)"
            + " end, (select c.daemon_id from task c where c.id = task.continue_from_task_id))";

    /** Of a daemon: it was connected to another server, and neither has been heard of since then. */
    private static final String PERHAPS_LEFT = "(connected = 1 and last_seen_at <= ? and exists"
            + " (select 1 from node n where n.id = node_id and n.id <> ? and n.seen_at <= ?))";

    private final Database database;
    private final UUID node;
    private final Instant opened;

    /**
     * Those of a database.
     *
     * @param node this server, which hands tasks to its own daemons
     * @param opened when this server began; daemons that were connected until then count as gone since exactly then
     */
    DispatchTable(Database database, UUID node, Instant opened) {
        this.database = database;
        this.node = node;
        this.opened = opened;
    }

    /** A task that now belongs to a daemon, which has to be told. */
    public record Claim(TaskId taskId, String ownerId, UUID daemonId, long fence) {}

    private record Waiting(TaskId id, long version, long fence, Takers.Wish wish) {}

    /**
     * Gives waiting tasks to daemons that have room: priority, then age; of the daemons the one that has the work which
     * the task goes on with, else the one with the fewest active tasks. One that has lost the task gets it only where no
     * other is there. A task that a user ended without word of its daemon is not given to anybody before that one's lease
     * is over. Nor is one that is older than this start of the server, before all of the owner's daemons that were
     * connected until then are back, which is waited for for a while: where the database is an older copy of itself, one
     * of them may have it by a number that would be given again. Back is who has said what it
     * has. One that is being deleted is not given to anybody.
     *
     * @param ready the daemons that can take tasks now
     * @param heard the daemons of this server that have said what they have
     * @param lease for daemons that know leases
     * @param margin how long after its end a lease is still honoured
     * @return what was given to whom
     */
    public Future<List<Claim>> claim(Set<UUID> ready, Set<UUID> heard, Duration lease, Duration margin, Instant now) {
        return Writes.future(database.write(session -> {
            List<Claim> claims = new ArrayList<>();
            // Asked at every change of any task, and mostly there is nothing.
            if (session.one("select 1 as one from task where queued = 1 limit 1", row -> true)
                    .isEmpty()) {
                return claims;
            }
            Takers takers = Takers.among(session, node, ready);
            Instant leasesSince = now.minus(margin);
            Duration patience = patience(lease, margin);
            boolean early = now.isBefore(opened.plus(patience));
            for (Map.Entry<String, Integer> room : takers.rooms().entrySet()) {
                int most = Math.min(CLAIMS_MAX, room.getValue() + SPARE);
                Instant olderThan = early && !allBack(session, room.getKey(), heard, patience) ? opened : Instant.EPOCH;
                for (Waiting task : waiting(session, room.getKey(), takers, most, now, leasesSince, olderThan)) {
                    Takers.Taker best = takers.best(task.wish());
                    if (best != null) {
                        take(session, task, best, lease, now).ifPresent(claims::add);
                    }
                }
            }
            return claims;
        }));
    }

    /**
     * Whether nothing is to be heard any more of what the owner's daemons had when this server began, or another one that
     * began not long before it on the same database. Those of another server are heard there, if that lives.
     */
    private boolean allBack(Session session, String ownerId, Set<UUID> heard, Duration patience) throws SQLException {
        return heard.containsAll(session.query(
                "select id from daemon where owner_id = ? and (connected = 1 and node_id = ? or disconnected_at <= ?"
                        + " and disconnected_at >= case when exists (select 1 from node where id <> ?) then ? else ? end"
                        + " or " + PERHAPS_LEFT + ")",
                row -> UUID.fromString(row.text("id")),
                ownerId,
                node,
                opened,
                node,
                opened.minus(patience),
                opened,
                opened,
                node,
                opened));
    }

    /**
     * The owner's tasks that one of his daemons could have: those that none has the agent for hold nobody up.
     *
     * @param olderThan tasks made before it wait
     */
    private List<Waiting> waiting(
            Session session,
            String ownerId,
            Takers takers,
            int most,
            Instant now,
            Instant leasesSince,
            Instant olderThan)
            throws SQLException {
        Set<String> agents = takers.agents(ownerId);
        List<Object> arguments = new ArrayList<>(List.of(ownerId));
        arguments.addAll(agents);
        arguments.addAll(List.of(now, leasesSince, olderThan, Deletions.since(now), most));
        Map<String, Set<String>> failed = failed(session, ownerId);
        return session.query(
                "select id, agent, version, fence, " + PREFERRED + " as preferred from task"
                        + " where queued = 1 and owner_id = ? and (agent is null or agent in ("
                        + String.join(", ", Collections.nCopies(agents.size(), "?")) + "))"
                        + " and not_before <= ? and not exists (select 1 from hand_over h"
                        + " where h.task_id = task.id and h.fence = task.fence and h.unheard = 1"
                        + " and h.renewed_at + h.lease_secs * 1000 > ?)"
                        + " and created_at >= ?" + Deletions.NOT_UNDER_WAY
                        + " order by priority desc, queued_at, id limit ?",
                row -> new Waiting(
                        TaskId.of(row.text("id")),
                        row.number("version"),
                        row.number("fence"),
                        new Takers.Wish(
                                ownerId,
                                row.textOrNull("agent"),
                                row.textOrNull("preferred"),
                                failed.getOrDefault(row.text("id"), Set.of()))),
                arguments.toArray());
    }

    /** The daemons that have lost them, of the owner's tasks that wait. */
    private static Map<String, Set<String>> failed(Session session, String ownerId) throws SQLException {
        Map<String, Set<String>> failed = new HashMap<>();
        session.query(
                "select h.task_id, h.daemon_id from task t join hand_over h on h.task_id = t.id and h.failed = 1"
                        + " where t.queued = 1 and t.owner_id = ? and t.fence > 0",
                row -> failed.computeIfAbsent(row.text("task_id"), _ -> new HashSet<>())
                        .add(row.text("daemon_id")),
                ownerId);
        return failed;
    }

    /**
     * How long older tasks wait at most after the start of a server. A daemon that tries to come back more and more seldom
     * gets its time as well.
     */
    public static Duration patience(Duration lease, Duration margin) {
        Duration over = lease.plus(margin);
        return over.compareTo(COMES_BACK_WITHIN) > 0 ? over : COMES_BACK_WITHIN;
    }

    /** For which daemons tasks wait since this start of the server, see {@link #claim}: the first names of their machines. */
    public Future<List<String>> awaited() {
        return Writes.future(database.write(session -> session.query(
                "select distinct hostname from daemon d where (d.connected = 0 and d.disconnected_at = ? or "
                        + PERHAPS_LEFT
                        + ") and exists (select 1 from task t where t.queued = 1 and t.owner_id = d.owner_id)"
                        + " order by hostname limit ?",
                row -> row.text("hostname"),
                opened,
                opened,
                node,
                opened,
                NAMED_MAX)));
    }

    /**
     * Puts a task back that its daemon did not take, at no cost of a retry.
     *
     * @param fence the hand-over that failed; a later one is left alone
     * @param wait how long it is not offered again
     */
    public Future<Void> putBack(TaskId taskId, long fence, Duration wait, Instant now) {
        return Writes.future(database.write(session -> putBack(session, taskId, fence, wait, now)))
                .mapEmpty();
    }

    static int putBack(Session session, TaskId taskId, long fence, Duration wait, Instant now) throws SQLException {
        session.update(
                "update run set ended_at = ? where task_id = ? and fence = ? and ended_at is null", now, taskId, fence);
        session.update("update hand_over set renewed_at = 0 where task_id = ? and fence = ?", taskId, fence);
        int stopped = session.update(
                "update task set status = 'interrupted', completed_at = ?, version = version + 1, updated_at = ?"
                        + " where id = ? and fence = ? and stop_requested = 1 and status in " + TaskTable.ACTIVE,
                now,
                now,
                taskId,
                fence);
        if (stopped > 0) {
            return stopped;
        }
        return session.update(
                "update task set status = 'pending', queued = 1, daemon_id = null, not_before = ?,"
                        + " version = version + 1, updated_at = ? where id = ? and fence = ? and status in "
                        + TaskTable.ACTIVE,
                now.plus(wait),
                now,
                taskId,
                fence);
    }

    private static Optional<Claim> take(Session session, Waiting task, Takers.Taker daemon, Duration lease, Instant now)
            throws SQLException {
        Optional<Long> fence = session.one(
                "update task set queued = 0, status = 'starting', daemon_id = ?, lost = 0,"
                        + " fence = (case when fence < fence_seen then fence_seen else fence end) + 1, progress_summary = null,"
                        + " started_at = coalesce(started_at, ?), version = version + 1, updated_at = ?"
                        + " where id = ? and queued = 1 and version = ? returning fence",
                row -> row.number("fence"),
                daemon.id(),
                now,
                now,
                task.id(),
                task.version());
        if (fence.isEmpty()) {
            return Optional.empty();
        }
        daemon.takes();
        if (task.fence() > 0) {
            session.update("update run set ended_at = ? where task_id = ? and ended_at is null", now, task.id());
            RunTable.closeStreams(session, task.id());
        }
        HandOverTable.begin(session, task.id(), daemon.id(), daemon.has(Capability.LEASE) ? lease : null, now);
        if (!daemon.has(Capability.OUTPUT_STREAM)) {
            // Such a daemon knows no runs: the server tells them apart for it.
            RunTable.addRun(session, task.id(), new RunId(UUID.randomUUID()), daemon.id(), true, now);
        }
        return Optional.of(new Claim(task.id(), task.wish().ownerId(), daemon.id(), fence.get()));
    }
}
