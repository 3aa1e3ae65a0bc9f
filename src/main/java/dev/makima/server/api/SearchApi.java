package dev.makima.server.api;

import dev.makima.base.TaskId;
import dev.makima.server.store.EntrySearch;
import dev.makima.server.store.Store;
import dev.makima.server.store.TaskTable;
import dev.makima.server.store.ToolKeyTable;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Searches what tasks have said. Each request looks at so much and no more, whatever it finds, and says where to go on.
 * To be used on one event loop.
 */
final class SearchApi {
    /** How many entries one request looks at. */
    static final int LOOKS_AT = 20_000;

    private static final int TASKS_AT_ONCE = 200;
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 500;
    private static final int WORDS_MAX = 1000;

    private final Store store;

    SearchApi(Store store) {
        this.store = store;
    }

    /** The words of the query; null where it has none. */
    static @Nullable String words(RoutingContext context) {
        String words = Query.text(context, "text");
        if (words != null && words.length() > WORDS_MAX) {
            throw Errors.validation("the text is longer than " + WORDS_MAX + " characters", "Search for fewer words");
        }
        return words;
    }

    /** The entries of one task that have the words, as a page of its output. */
    Future<String> in(TaskId id, long lastSeq, String words, long after, int limit) {
        long to = Math.min(lastSeq, after > Long.MAX_VALUE - LOOKS_AT ? Long.MAX_VALUE : after + LOOKS_AT);
        if (to <= after) {
            return Future.succeededFuture("{\"entries\":[],\"next\":" + after + ",\"more\":false}");
        }
        return store.search().in(id, words, after, to, limit).map(page -> {
            StringBuilder json = new StringBuilder("{\"entries\":[");
            page.matches()
                    .forEach(match -> json.append(json.length() > 12 ? "," : "").append(entry(match)));
            return json.append("],\"next\":")
                    .append(page.next())
                    .append(",\"more\":")
                    .append(page.next() < lastSeq)
                    .append('}')
                    .toString();
        });
    }

    /** The entries of all the owner's tasks that have the words; for an agent, of its family. */
    void all(RoutingContext context) {
        String words = words(context);
        if (words == null || words.isBlank()) {
            throw Errors.validation("the parameter \"text\" is missing", "Send what to search for");
        }
        int limit = (int) Query.number(context, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        Place place = Place.read(Query.text(context, "cursor"));
        ToolKeyTable.Holder agent = Query.agent(context);
        store.search()
                .tasks(
                        Query.owner(context),
                        agent == null ? null : agent.family(),
                        place == null ? null : place.task(),
                        TASKS_AT_ONCE + 1)
                .compose(tasks -> new Walk(words, limit, tasks, place).on())
                .onSuccess(answer -> Query.json(context, 200, answer))
                .onFailure(context::fail);
    }

    private static String entry(EntrySearch.Match match) {
        return Json.entry(match.seq(), match.at(), match.body());
    }

    /** Behind which entry of which task a page ended. */
    private record Place(TaskTable.Position task, long after) {
        static @Nullable Place read(@Nullable String cursor) {
            Cursor.At at = Cursor.at(cursor);
            if (at == null) {
                return null;
            }
            try {
                String[] parts = at.rest().split("/", 2);
                return new Place(
                        new TaskTable.Position(
                                Instant.ofEpochMilli(at.number()),
                                UUID.fromString(parts[0]).toString()),
                        Long.parseLong(parts[1]));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw Cursor.wrong();
            }
        }

        static String cursor(EntrySearch.Searched task, long after) {
            return Cursor.of(task.createdAt().toEpochMilli(), task.id() + "/" + after);
        }
    }

    /** One request's way through the tasks, newest first. */
    private final class Walk {
        private final String words;
        private final int limit;
        private final List<EntrySearch.Searched> tasks;
        private final List<String> matches = new ArrayList<>();
        private int task;
        private long after;
        private long left = LOOKS_AT;

        private Walk(String words, int limit, List<EntrySearch.Searched> tasks, @Nullable Place place) {
            this.words = words;
            this.limit = limit;
            this.tasks = tasks;
            boolean there = place != null
                    && !tasks.isEmpty()
                    && tasks.getFirst().id().toString().equals(place.task().id());
            this.after = there ? Math.max(0, Objects.requireNonNull(place).after()) : 0;
        }

        private Future<String> on() {
            if (task >= Math.min(tasks.size(), TASKS_AT_ONCE) || matches.size() >= limit || left <= 0) {
                return Future.succeededFuture(answer());
            }
            EntrySearch.Searched now = tasks.get(task);
            long to = Math.min(now.lastSeq(), after + left);
            if (to <= after) {
                task++;
                after = 0;
                return on();
            }
            return store.search()
                    .in(now.id(), words, after, to, limit - matches.size())
                    .compose(page -> {
                        page.matches()
                                .forEach(match -> matches.add("{\"taskId\":\"" + now.id() + "\",\"taskName\":"
                                        + io.vertx.core.json.Json.encode(now.name()) + ",\"entry\":" + entry(match)
                                        + "}"));
                        left -= page.next() - after;
                        after = page.next();
                        if (after >= now.lastSeq()) {
                            task++;
                            after = 0;
                        }
                        return on();
                    });
        }

        private String answer() {
            String list = "{\"matches\":[" + String.join(",", matches) + "]";
            return task >= tasks.size()
                    ? list + "}"
                    : list + ",\"nextCursor\":\"" + Place.cursor(tasks.get(task), after) + "\"}";
        }
    }
}
