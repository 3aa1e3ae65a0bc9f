package dev.makima.server.api;

import dev.makima.server.store.Store;
import dev.makima.server.store.UsageTable;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the owner's tasks have cost, in sums. To be used on one event loop. */
final class UsageApi {
    private static final int DAYS_DEFAULT = 30;
    private static final int DAYS_MAX = 366;
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1000;

    private final Store store;
    private final Clock clock;

    UsageApi(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    void get(RoutingContext context) {
        String by = Objects.requireNonNullElse(Query.text(context, "by"), "day");
        UsageTable.Range range = range(context);
        int limit = (int) Query.number(context, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        Cursor.At at = Cursor.at(Query.text(context, "cursor"));
        Future<JsonObject> rows = switch (by) {
            case "day" -> days(range);
            case "task" -> named(range, UsageTable.By.TASK, at, limit);
            case "contract" -> named(range, UsageTable.By.CONTRACT, at, limit);
            default ->
                throw Errors.validation("the parameter \"by\" is none of day, task and contract", "Send one of them");
        };
        rows.compose(found -> store.usage()
                        .total(range)
                        .map(total -> new JsonObject()
                                .put("by", by)
                                .put("from", range.from().toString())
                                .put("to", range.to().toString())
                                .put("total", json(total))
                                .mergeIn(found)))
                .onSuccess(answer -> Query.json(context, 200, answer))
                .onFailure(context::fail);
    }

    private UsageTable.Range range(RoutingContext context) {
        LocalDate to = day(context, "to", LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        LocalDate from = day(context, "from", to.minusDays(DAYS_DEFAULT - 1));
        long days = ChronoUnit.DAYS.between(from, to) + 1;
        if (days < 1 || days > DAYS_MAX) {
            throw Errors.validation(
                    "from " + from + " to " + to + " are not 1 to " + DAYS_MAX + " days",
                    "Send another \"from\" or \"to\"");
        }
        return new UsageTable.Range(Query.owner(context), from, to);
    }

    private static LocalDate day(RoutingContext context, String name, LocalDate otherwise) {
        String text = Query.text(context, name);
        try {
            return text == null ? otherwise : LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw Errors.validation("the parameter \"" + name + "\" is no day", "Send it as YYYY-MM-DD");
        }
    }

    private Future<JsonObject> days(UsageTable.Range range) {
        return store.usage().days(range).map(days -> {
            JsonArray rows = new JsonArray();
            days.forEach(day -> rows.add(json(day.sum()).put("day", day.day().toString())));
            return new JsonObject().put("rows", rows);
        });
    }

    private Future<JsonObject> named(UsageTable.Range range, UsageTable.By by, Cursor.@Nullable At at, int limit) {
        UsageTable.Position before = at == null ? null : new UsageTable.Position(at.number(), at.rest());
        return store.usage().named(range, by, before, limit + 1).map(found -> page(found, by, limit));
    }

    private static JsonObject page(List<UsageTable.NamedSum> found, UsageTable.By by, int limit) {
        JsonArray rows = new JsonArray();
        found.stream().limit(limit).forEach(one -> {
            JsonObject row = json(one.sum()).put(by.name().toLowerCase(Locale.ROOT) + "Id", one.id());
            Json.put(row, "name", one.name());
            rows.add(row);
        });
        JsonObject page = new JsonObject().put("rows", rows);
        if (found.size() > limit) {
            UsageTable.NamedSum last = found.get(limit - 1);
            page.put("nextCursor", Cursor.of(last.sum().costMicros(), last.id()));
        }
        return page;
    }

    private static JsonObject json(UsageTable.Sum sum) {
        return new JsonObject()
                .put("costUsd", Json.dollars(sum.costMicros()))
                .put("durationMs", sum.durationMs())
                .put("turns", sum.turns())
                .put("inputTokens", sum.inputTokens())
                .put("outputTokens", sum.outputTokens())
                .put("tasks", sum.tasks());
    }
}
