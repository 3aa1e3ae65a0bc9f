package dev.makima.sql;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Statements on one connection, prepared once and kept.
 *
 * <p>Arguments may be String (a NUL in it is kept as U+FFFD), Integer, Long, Boolean (kept as 0 or 1), Instant (kept as milliseconds since 1970), UUID,
 * TaskId and RunId (kept as text), byte[] and null. Everything else is refused: enums and decimals have no form that
 * every database reads back alike, so the store says which it wants.
 *
 * <p>Not thread-safe; belongs to the work that it was given to.
 */
public final class Session implements AutoCloseable {
    private static final int STATEMENTS_KEPT = 200;

    /** Where the keys go in a statement for {@link #queryEach}. */
    private static final String KEYS = ":keys";

    /** How many keys go into one statement at most; their counts are powers of two, so that few statements are kept. */
    private static final int KEYS_MAX = 256;

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(64, 0.75f, true);

    Session(Connection connection) {
        this.connection = connection;
    }

    /**
     * Runs a statement that changes rows.
     *
     * @return how many rows it changed
     * @throws SQLException where the database refuses it
     */
    public int update(String sql, @Nullable Object... arguments) throws SQLException {
        try {
            return prepare(sql, arguments).executeUpdate();
        } catch (SQLException e) {
            throw discarded(sql, e);
        }
    }

    /**
     * Runs a statement that gives rows, such as a select or an insert with "returning".
     *
     * @return all its rows, in order; the statement itself has to bound them
     * @throws SQLException where the database refuses it
     */
    public <T> List<T> query(String sql, Row.Mapper<T> mapper, @Nullable Object... arguments) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet result = prepare(sql, arguments).executeQuery()) {
            Row row = new Row(result);
            while (result.next()) {
                rows.add(mapper.map(row));
            }
        } catch (SQLException e) {
            throw discarded(sql, e);
        }
        return rows;
    }

    /**
     * Runs a statement that gives one row or none.
     *
     * @return its first row
     * @throws SQLException where the database refuses it
     */
    public <T> Optional<T> one(String sql, Row.Mapper<T> mapper, @Nullable Object... arguments) throws SQLException {
        try (ResultSet result = prepare(sql, arguments).executeQuery()) {
            return result.next() ? Optional.of(mapper.map(new Row(result))) : Optional.empty();
        } catch (SQLException e) {
            throw discarded(sql, e);
        }
    }

    /**
     * Runs a statement that gives rows, once for many keys: "select … where id in (:keys)".
     *
     * @param sql holds ":keys" once, and no other argument; a row may not depend on which other keys there are
     * @param keys each looked up once, however often it is there
     * @return all rows of all keys, in no particular order
     * @throws SQLException where the database refuses it
     */
    public <T> List<T> queryEach(String sql, Row.Mapper<T> mapper, Collection<?> keys) throws SQLException {
        List<Object> each = new ArrayList<>(new LinkedHashSet<>(keys));
        List<T> rows = new ArrayList<>();
        for (int from = 0; from < each.size(); from += KEYS_MAX) {
            List<Object> some = each.subList(from, Math.min(from + KEYS_MAX, each.size()));
            int places = Integer.highestOneBit(2 * some.size() - 1);
            @Nullable Object[] arguments = some.toArray(new @Nullable Object[places]);
            Arrays.fill(arguments, some.size(), places, some.getLast());
            rows.addAll(query(
                    sql.replace(KEYS, String.join(", ", Collections.nCopies(places, "?"))), mapper, arguments));
        }
        return rows;
    }

    /**
     * Runs one statement once per array of arguments, in order, all of them on one way to the database.
     *
     * @return how many rows each has changed; of inserts this is not known everywhere, as a driver may make one of many
     * @throws SQLException where the database refuses one: none of them holds then
     */
    public int[] batch(String sql, Iterable<@Nullable Object[]> rows) throws SQLException {
        try {
            PreparedStatement statement = prepared(sql);
            for (@Nullable Object[] row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            try {
                return statement.executeBatch();
            } finally {
                statement.clearBatch();
            }
        } catch (SQLException e) {
            throw discarded(sql, e);
        }
    }

    /** A statement that failed is not used again: after a full disk the driver takes it for one that is still at work. */
    private SQLException discarded(String sql, SQLException failure) {
        PreparedStatement failed = statements.remove(sql);
        if (failed != null) {
            try {
                failed.close();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
        return failure;
    }

    /** Closes the statements and the connection. */
    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        statements.clear();
        connection.close();
    }

    /** What is underneath. */
    Connection connection() {
        return connection;
    }

    /** Runs statements as they stand: transactions and settings. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private PreparedStatement prepare(String sql, @Nullable Object[] arguments) throws SQLException {
        PreparedStatement statement = prepared(sql);
        bind(statement, arguments);
        return statement;
    }

    private PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known != null) {
            return known;
        }
        PreparedStatement statement = connection.prepareStatement(sql);
        statements.put(sql, statement);
        if (statements.size() > STATEMENTS_KEPT) {
            var eldest = statements.entrySet().iterator();
            eldest.next().getValue().close();
            eldest.remove();
        }
        return statement;
    }

    /** PostgreSQL keeps no NUL in a text, and what is kept is not to depend on the database. */
    static String storable(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    }

    private static void bind(PreparedStatement statement, @Nullable Object[] arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            bind(statement, i + 1, arguments[i]);
        }
    }

    private static void bind(PreparedStatement statement, int index, @Nullable Object argument) throws SQLException {
        switch (argument) {
            case null -> statement.setObject(index, null);
            case String text -> statement.setString(index, storable(text));
            case Integer number -> statement.setInt(index, number);
            case Long number -> statement.setLong(index, number);
            case Boolean flag -> statement.setInt(index, flag ? 1 : 0);
            case Instant instant -> statement.setLong(index, instant.toEpochMilli());
            case UUID uuid -> statement.setString(index, uuid.toString());
            case TaskId id -> statement.setString(index, id.toString());
            case RunId id -> statement.setString(index, id.toString());
            case byte[] bytes -> statement.setBytes(index, bytes);
            default ->
                throw new IllegalArgumentException(
                        "argument " + index + " is a " + argument.getClass().getName());
        }
    }
}
