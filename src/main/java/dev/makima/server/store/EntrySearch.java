package dev.makima.server.store;

import dev.makima.base.TaskId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds words in what tasks have said, as entries show it. There is no index: a query looks at a stretch of numbers, so
 * that none takes long, and its caller goes on behind it.
 *
 * <p>Small and capital letters are the same where they are ASCII, on every database. Thread-safe.
 */
public final class EntrySearch {
    /** How many are looked at at once. */
    private static final int CANDIDATES = 500;

    private final Reads reads;

    EntrySearch(Reads reads) {
        this.reads = reads;
    }

    /** An entry that has the words. */
    public record Match(long seq, Instant at, String body) {}

    /** A task whose output may be searched. */
    public record Searched(TaskId id, String name, Instant createdAt, long lastSeq) {}

    /**
     * What a stretch has.
     *
     * @param matches in order
     * @param next the number to go on after
     */
    public record Page(List<Match> matches, long next) {}

    /**
     * The entries of a stretch of a task that have the words.
     *
     * @param after the stretch begins behind this number
     * @param to and ends with this one
     * @param limit at most so many
     */
    public Future<Page> in(TaskId taskId, String words, long after, long to, int limit) {
        return in(new Stretch(taskId, words, to, limit), after, new ArrayList<>());
    }

    private record Stretch(TaskId taskId, String words, long to, int limit) {}

    /** Names of fields have words too, so that what the database finds may be none of it. */
    private Future<Page> in(Stretch stretch, long after, List<Match> found) {
        return candidates(stretch, after).compose(candidates -> {
            for (Match candidate : candidates) {
                if (has(new JsonObject(candidate.body()), stretch.words())) {
                    found.add(candidate);
                }
                if (found.size() == stretch.limit()) {
                    return Future.succeededFuture(new Page(found, candidate.seq()));
                }
            }
            return candidates.size() < CANDIDATES
                    ? Future.succeededFuture(new Page(found, stretch.to()))
                    : in(stretch, candidates.getLast().seq(), found);
        });
    }

    private Future<List<Match>> candidates(Stretch stretch, long after) {
        String inJson = inJson(stretch.words());
        return reads.query(
                "select seq, at, body from entry where task_id = ? and seq > ? and seq <= ?"
                        // One database makes all letters small, the other ASCII only; what is meant is seen later.
                        + " and (lower(body) like ? escape '\\' or lower(body) like ? escape '\\')"
                        + " order by seq limit ?",
                row -> new Match(Columns.number(row, "seq"), Columns.instant(row, "at"), Columns.text(row, "body")),
                stretch.taskId().toString(),
                after,
                stretch.to(),
                pattern(lower(inJson)),
                pattern(inJson.toLowerCase(Locale.ROOT)),
                CANDIDATES);
    }

    /**
     * The tasks that have said anything, newest first.
     *
     * @param family only its tasks
     * @param from begins with the task of this position, where it is still there
     */
    public Future<List<Searched>> tasks(
            String ownerId, TaskTable.@Nullable Family family, TaskTable.@Nullable Position from, int limit) {
        StringBuilder sql = new StringBuilder(
                "select id, name, created_at, last_seq from task where owner_id = ? and last_seq > 0");
        List<Object> arguments = new ArrayList<>(List.of(ownerId));
        if (family != null) {
            sql.append(" and (id = ? or parent_task_id = ? or contract_id = ?)");
            arguments.add(family.taskId().toString());
            arguments.add(family.taskId().toString());
            arguments.add(Objects.requireNonNullElse(family.contractId(), ""));
        }
        if (from != null) {
            sql.append(" and (created_at < ? or (created_at = ? and id >= ?))");
            arguments.add(from.createdAt().toEpochMilli());
            arguments.add(from.createdAt().toEpochMilli());
            arguments.add(from.id());
        }
        sql.append(" order by created_at desc, id limit ?");
        arguments.add(limit);
        return reads.query(
                sql.toString(),
                row -> new Searched(
                        TaskId.of(Columns.text(row, "id")),
                        Columns.text(row, "name"),
                        Columns.instant(row, "created_at"),
                        Columns.number(row, "last_seq")),
                arguments.toArray());
    }

    /** Whether one of the texts that people read has the words: the names of the fields do not count. */
    static boolean has(JsonObject body, String words) {
        String wanted = lower(words);
        for (String field : List.of("content", "toolName", "toolInput", "extra")) {
            Object value = body.getValue(field);
            String text = value instanceof JsonObject object ? object.encode() : value == null ? "" : value.toString();
            // What is JSON itself has the words as JSON writes them.
            if (lower(text).contains(value instanceof String ? wanted : lower(inJson(words)))) {
                return true;
            }
        }
        return false;
    }

    /** The words as they stand in a body, between the quotes. */
    private static String inJson(String words) {
        String quoted = io.vertx.core.json.Json.encode(words);
        return quoted.substring(1, quoted.length() - 1);
    }

    private static String pattern(String words) {
        return "%" + words.replaceAll("([\\\\%_])", "\\\\$1") + "%";
    }

    private static String lower(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        text.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)));
        return lower.toString();
    }
}
