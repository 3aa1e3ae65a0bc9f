package dev.makima.server.store;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads columns of rows of the JDBC Client, whose Java types vary: a whole number comes as Integer or Long as it
 * happens.
 */
final class Columns {
    private Columns() {}

    static String text(Row row, String column) {
        return Objects.requireNonNull(row.getString(column), column);
    }

    static @Nullable String textOrNull(Row row, String column) {
        return row.getString(column);
    }

    static long number(Row row, String column) {
        Number value = (Number) row.getValue(column);
        return value == null ? 0 : value.longValue();
    }

    static @Nullable Long numberOrNull(Row row, String column) {
        Number value = (Number) row.getValue(column);
        return value == null ? null : value.longValue();
    }

    /** A column kept as 0 or 1, or a condition, which is a truth value in one database and a number in the other. */
    static boolean flag(Row row, String column) {
        return row.getValue(column) instanceof Boolean condition ? condition : number(row, column) != 0;
    }

    static @Nullable Boolean flagOrNull(Row row, String column) {
        return row.getValue(column) == null ? null : flag(row, column);
    }

    static Instant instant(Row row, String column) {
        return Instant.ofEpochMilli(number(row, column));
    }

    static @Nullable Instant instantOrNull(Row row, String column) {
        Long value = numberOrNull(row, column);
        return value == null ? null : Instant.ofEpochMilli(value);
    }
}
