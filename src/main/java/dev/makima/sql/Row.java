package dev.makima.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of a result, read by column name. Valid only inside its mapper. */
public final class Row {
    private final ResultSet result;

    Row(ResultSet result) {
        this.result = result;
    }

    /**
     * Makes something of a row.
     *
     * @param <T> what it makes
     */
    @FunctionalInterface
    public interface Mapper<T> {
        /**
         * Reads the row. Must not use the session that the row comes from.
         *
         * @throws SQLException where a column does not exist or has another type
         */
        T map(Row row) throws SQLException;
    }

    /**
     * A text that is never null.
     *
     * @throws SQLException where it is null or there is no such column
     */
    public String text(String column) throws SQLException {
        return present(column, result.getString(column));
    }

    /** A text that may be null. */
    public @Nullable String textOrNull(String column) throws SQLException {
        return result.getString(column);
    }

    /** A whole number; null counts as 0. */
    public long number(String column) throws SQLException {
        return result.getLong(column);
    }

    /** A whole number that may be null. */
    public @Nullable Long numberOrNull(String column) throws SQLException {
        long value = result.getLong(column);
        return result.wasNull() ? null : value;
    }

    /** A whole number of 32 bits; null counts as 0. */
    public int integer(String column) throws SQLException {
        return result.getInt(column);
    }

    /** A flag, kept as 0 or 1, or a condition. */
    public boolean flag(String column) throws SQLException {
        return result.getBoolean(column);
    }

    /** A time, kept as milliseconds since 1970. */
    public Instant instant(String column) throws SQLException {
        return Instant.ofEpochMilli(result.getLong(column));
    }

    /** A time that may be null. */
    public @Nullable Instant instantOrNull(String column) throws SQLException {
        long value = result.getLong(column);
        return result.wasNull() ? null : Instant.ofEpochMilli(value);
    }

    /**
     * Bytes that are never null.
     *
     * @throws SQLException where they are null or there is no such column
     */
    public byte[] bytes(String column) throws SQLException {
        return present(column, result.getBytes(column));
    }

    private static <T> T present(String column, @Nullable T value) throws SQLException {
        if (value == null) {
            throw new SQLException("column " + column + " is null");
        }
        return value;
    }
}
