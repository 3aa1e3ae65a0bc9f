package dev.makima.server.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.jdbcclient.JDBCPool;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
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

    Reads(Vertx vertx, DataSource source) {
        this.pool = JDBCPool.pool(
                vertx, source, new PoolOptions().setMaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING_MAX));
    }

    /** All rows of a query that bounds itself. */
    <T> Future<List<T>> query(String sql, Function<Row, T> mapper, @Nullable Object... arguments) {
        return pool.preparedQuery(sql)
                .execute(Tuple.wrap(arguments))
                .map(rows -> {
                    List<T> found = new ArrayList<>(rows.size());
                    for (Row row : rows) {
                        found.add(mapper.apply(row));
                    }
                    return found;
                })
                .recover(Reads::failed);
    }

    /** The first row of a query. */
    <T> Future<Optional<T>> one(String sql, Function<Row, T> mapper, @Nullable Object... arguments) {
        return query(sql, mapper, arguments).map(rows -> rows.stream().findFirst());
    }

    Future<Void> close() {
        return pool.close();
    }

    private static <T> Future<T> failed(Throwable e) {
        return Future.failedFuture(new MakimaException(
                ErrorCode.DB_ERROR, "the database could not be read: " + e.getMessage(), "Try again", e));
    }
}
