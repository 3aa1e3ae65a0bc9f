package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait, and their hand-over to daemons. Every hand-over is one conditional statement on the task's
 * version, so that two servers, or two starts at once, never hand one task over twice. Thread-safe.
 */
public final class DispatchTable {
    private static final int CLAIMS_MAX = 500;
    /** The longest time between two attempts of a daemon to connect, and what one takes. */
    private static final Duration COMES_BACK_WITHIN = Duration.ofSeconds(90);
    /** The kind of agent that a daemon is taken to have which does not say what it has. */
    private static final String USUAL_AGENT = "claude";

    private final Database database;
    private final Instant opened;

    /**
     * Those of a database.
     *
     * @param opened when this server began; daemons that were connected until then count as gone since exactly then
     */
    DispatchTable(Database database, Instant opened) {
        this.database = database;
        this.opened = opened;
    }

    /** A task that now belongs to a daemon, which has to be told. */
    public record Claim(TaskId taskId, String ownerId, UUID daemonId, long fence) {}

    private record Waiting(
            TaskId id,
            String ownerId,
            @Nullable String agent,
            @Nullable String preferredDaemonId,
            long version,
            Set<String> failed) {}

    private static final class Candidate {
        private final UUID id;
        private final String ownerId;
        private final int max;
        private final boolean outputStream;
        private final boolean leases;
        private final Set<String> agents;
        private int active;

        private Candidate(UUID id, String ownerId, int max, JsonArray capabilities, Set<String> agents, int active) {
            this.id = id;
            this.ownerId = ownerId;
            this.max = max;
            this.outputStream = capabilities.contains(Capability.OUTPUT_STREAM);
            this.leases = capabilities.contains(Capability.LEASE);
            this.agents = agents;
            this.active = active;
        }

        private boolean fits(Waiting task) {
            return active < max && suits(task);
        }

        /** Whether it could have the task if it had room. */
        private boolean suits(Waiting task) {
            boolean knows = task.agent() == null
                    || (agents.isEmpty() ? task.agent().equals(USUAL_AGENT) : agents.contains(task.agent()));
            return ownerId.equals(task.ownerId()) && knows;
        }

        private boolean failed(Waiting task) {
            return task.failed().contains(id.toString());
        }
    }

    /**
     * Gives waiting tasks to daemons that have room: priority, then age; of the daemons the one that the task prefers,
     * else the one with the fewest active tasks. One that has lost the task gets it only where no other is there. A task
     * that a user ended without word of its daemon is not given to anybody before that one's lease is over. Nor is one that
     * is older than this start of the server, before all of the owner's daemons that were connected until then are back, which is waited for
     * for a while:
     * where the database is an older copy of itself, one of them may have it by a number that would be given again.
     *
     * @param ready the daemons that can take tasks now
     * @param lease for daemons that know leases
     * @param margin how long after its end a lease is still honoured
     * @return what was given to whom
     */
    public Future<List<Claim>> claim(Set<UUID> ready, Duration lease, Duration margin, Instant now) {
        return Store.future(database.write(session -> {
            List<Waiting> waiting = session.query(
                    "select id, owner_id, agent, preferred_daemon_id, version from task"
                            + " where queued = 1 and not_before <= ? and not exists (select 1 from hand_over h"
                            + " where h.task_id = task.id and h.fence = task.fence and h.unheard = 1"
                            + " and h.renewed_at + h.lease_secs * 1000 > ?)"
                            + " and (created_at >= ? or not exists (select 1 from daemon d"
                            + " where d.owner_id = task.owner_id and d.connected = 0 and d.disconnected_at = ?))"
                            + " order by priority desc, queued_at, id limit ?",
                    row -> new Waiting(
                            TaskId.of(row.text("id")),
                            row.text("owner_id"),
                            row.textOrNull("agent"),
                            row.textOrNull("preferred_daemon_id"),
                            row.number("version"),
                            HandOverTable.failed(session, TaskId.of(row.text("id")))),
                    now,
                    now.minus(margin),
                    now.isBefore(opened.plus(patience(lease.plus(margin)))) ? opened : Instant.EPOCH,
                    opened,
                    CLAIMS_MAX);
            List<Claim> claims = new ArrayList<>();
            if (waiting.isEmpty()) {
                return claims;
            }
            List<Candidate> candidates = candidates(session, ready);
            for (Waiting task : waiting) {
                Candidate best = best(task, candidates);
                if (best != null && take(session, task, best, lease, now)) {
                    best.active++;
                    claims.add(new Claim(task.id(), task.ownerId(), best.id, fence(session, task.id())));
                }
            }
            return claims;
        }));
    }

    /** A daemon that tries to come back more and more seldom gets its time as well. */
    private static Duration patience(Duration lease) {
        return lease.compareTo(COMES_BACK_WITHIN) > 0 ? lease : COMES_BACK_WITHIN;
    }

    /**
     * Puts a task back that its daemon did not take, at no cost of a retry.
     *
     * @param fence the hand-over that failed; a later one is left alone
     * @param wait how long it is not offered again
     */
    public Future<Void> putBack(TaskId taskId, long fence, Duration wait, Instant now) {
        return Store.future(database.write(session -> putBack(session, taskId, fence, wait, now)))
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

    private static List<Candidate> candidates(Session session, Set<UUID> ready) throws SQLException {
        List<Candidate> candidates = new ArrayList<>();
        for (UUID id : ready) {
            session.one(
                            "select d.*, (select count(*) from task t where t.daemon_id = d.id"
                                    // One whose agent rests takes no place: its daemon knows, and refuses where it is
                                    // full.
                                    + " and t.is_supervisor = 0 and t.status in "
                                    + TaskTable.ACTIVE + ") as active_tasks from daemon d where d.id = ?",
                            row -> new Candidate(
                                    id,
                                    row.text("owner_id"),
                                    row.integer("max_concurrent_tasks"),
                                    new JsonArray(row.text("capabilities")),
                                    kinds(new JsonArray(row.text("agents"))),
                                    row.integer("active_tasks")),
                            id)
                    .ifPresent(candidates::add);
        }
        return candidates;
    }

    private static Set<String> kinds(JsonArray agents) {
        Set<String> kinds = new HashSet<>();
        for (int i = 0; i < agents.size(); i++) {
            JsonObject agent = agents.getJsonObject(i);
            kinds.add(Objects.requireNonNullElse(agent.getString("kind"), ""));
        }
        return kinds;
    }

    private static @Nullable Candidate best(Waiting task, List<Candidate> candidates) {
        Candidate best = null;
        // Better late than nowhere: a machine that is alone gets back what it has lost.
        boolean others = candidates.stream().anyMatch(other -> other.suits(task) && !other.failed(task));
        for (Candidate candidate : candidates) {
            if (!candidate.fits(task) || (others && candidate.failed(task))) {
                continue;
            }
            if (candidate.id.toString().equals(task.preferredDaemonId())) {
                return candidate;
            }
            if (best == null || candidate.active < best.active) {
                best = candidate;
            }
        }
        return best;
    }

    private static boolean take(Session session, Waiting task, Candidate daemon, Duration lease, Instant now)
            throws SQLException {
        int taken = session.update(
                "update task set queued = 0, status = 'starting', daemon_id = ?, lost = 0,"
                        + " fence = (case when fence < fence_seen then fence_seen else fence end) + 1, progress_summary = null,"
                        + " started_at = coalesce(started_at, ?), version = version + 1, updated_at = ?"
                        + " where id = ? and queued = 1 and version = ?",
                daemon.id,
                now,
                now,
                task.id(),
                task.version());
        if (taken > 0) {
            session.update("update run set ended_at = ? where task_id = ? and ended_at is null", now, task.id());
            RunTable.closeStreams(session, task.id());
            HandOverTable.begin(session, task.id(), daemon.id, daemon.leases ? lease : null, now);
        }
        if (taken > 0 && !daemon.outputStream) {
            // Such a daemon knows no runs: the server tells them apart for it.
            RunTable.addRun(session, task.id(), new dev.makima.base.RunId(UUID.randomUUID()), daemon.id, true, now);
        }
        return taken > 0;
    }

    private static long fence(Session session, TaskId id) throws SQLException {
        return session.one("select fence from task where id = ?", row -> row.number("fence"), id)
                .orElse(0L);
    }
}
