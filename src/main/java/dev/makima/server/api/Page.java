package dev.makima.server.api;

import dev.makima.server.store.TaskTable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a list by age: so many, behind that place.
 *
 * @param behind the last one of the page before; null for the first page
 */
record Page(int limit, TaskTable.@Nullable Position behind) {
    /**
     * As the query says it; throws VALIDATION for what is no page.
     *
     * @param otherwise how many where it does not say
     */
    static Page asked(RoutingContext context, int otherwise, int max) {
        return new Page(
                (int) Query.number(context, "limit", otherwise, 1, max), Cursor.read(Query.text(context, "cursor")));
    }

    /** How many are to be read: one more than shown, which tells whether there is a next page. */
    int reads() {
        return limit + 1;
    }

    /**
     * The page, with where to go on.
     *
     * @param found as many as were to be read, or all that there are
     * @param place where in the list one is
     */
    <T> JsonObject of(
            String name, List<T> found, Function<T, JsonObject> shown, Function<T, TaskTable.Position> place) {
        JsonArray list = new JsonArray();
        found.stream().limit(limit).map(shown).forEach(list::add);
        JsonObject page = new JsonObject().put(name, list);
        return found.size() > limit ? page.put("nextCursor", Cursor.of(place.apply(found.get(limit - 1)))) : page;
    }
}
