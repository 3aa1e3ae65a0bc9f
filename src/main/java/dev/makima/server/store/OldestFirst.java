package dev.makima.server.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages of what is listed by age, the oldest first. Stateless. */
final class OldestFirst {
    private OldestFirst() {}

    /**
     * The end of a query whose "where" is begun.
     *
     * @param column by which it is ordered, and then by id
     * @param arguments get those of the query's end
     * @param behind the last one of the page before; null for the first page
     */
    static String page(String column, List<Object> arguments, TaskTable.@Nullable Position behind, int limit) {
        String where = "";
        if (behind != null) {
            where = " and " + column + " >= ? and (" + column + " > ? or id > ?)";
            long at = behind.createdAt().toEpochMilli();
            arguments.addAll(List.of(at, at, behind.id()));
        }
        arguments.add(limit);
        return where + " order by " + column + ", id limit ?";
    }
}
