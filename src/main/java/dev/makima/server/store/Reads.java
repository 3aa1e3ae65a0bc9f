package dev.makima.server.store;

import dev.makima.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.jdbcclient.JDBCPool;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Queries through the Vert.x JDBC Client. Its connections can only read; its transactions are never used (in this
 * version a transaction leaves its connection without autocommit for good, and later writes are lost).
 *
 * <p>Thread-safe. Futures complete on the caller's context.
 */
final class Reads {
    private static final int CONNECTIONS = 3;
    private static final int WAITING_MAX = 2000;

    private final Pool pool;
    private final Database database;

    Reads(Vertx vertx, Database database) {
        this.database = database;
        this.pool = JDBCPool.pool(
                vertx,
                database.readSource(),
                new PoolOptions().setMaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING_MAX));
    }

    /** All rows of a query that bounds itself. */
    <T> Future<List<T>> query(String sql, Function<Row, T> mapper, @Nullable Object... arguments) {
        @Nullable
        Object[] storable = Arrays.stream(arguments)
                .map(argument -> argument instanceof String text ? Database.storable(text) : argument)
                .toArray();
        // Where one connection is lost, all may be, and each is found out by a query of its own.
        return query(sql, mapper, storable, CONNECTIONS);
    }

    private <T> Future<List<T>> query(
            String sql, Function<Row, T> mapper, @Nullable Object[] arguments, int attemptsLeft) {
        return pool.preparedQuery(sql)
                .execute(Tuple.wrap(arguments))
                .map(rows -> {
                    List<T> found = new ArrayList<>(rows.size());
                    for (Row row : rows) {
                        found.add(mapper.apply(row));
                    }
                    return found;
                })
                .recover(e -> attemptsLeft > 0 && database.isLost(e)
                        ? query(sql, mapper, arguments, attemptsLeft - 1)
                        : Future.failedFuture(database.failure(e)));
    }

    /** The first row of a query. */
    <T> Future<Optional<T>> one(String sql, Function<Row, T> mapper, @Nullable Object... arguments) {
        return query(sql, mapper, arguments).map(rows -> rows.stream().findFirst());
    }

    Future<Void> close() {
        return pool.close();
    }
}
