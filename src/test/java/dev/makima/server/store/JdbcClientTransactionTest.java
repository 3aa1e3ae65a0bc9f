package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.jdbcclient.JDBCPool;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/**
 * Why no transaction of the Vert.x JDBC Client is used anywhere: in 5.0.10 a pooled connection stays without autocommit
 * after its first transaction, so that later writes are reported as done and are never committed. This test fails once
 * that is mended: then the comments that name it can go, and this test with them.
 */
class JdbcClientTransactionTest {
    @TempDir
    Path directory;

    @Test
    void aWriteAfterATransactionIsNeverCommitted() throws Exception {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + directory.resolve("x.db") + "?journal_mode=WAL&busy_timeout=5000");
        Vertx vertx = Vertx.vertx();
        Pool writer = JDBCPool.pool(vertx, source, new PoolOptions().setMaxSize(1));
        Pool reader = JDBCPool.pool(vertx, source, new PoolOptions().setMaxSize(1));
        await(writer.query("create table t (id integer)").execute());
        await(writer.withTransaction(
                connection -> connection.query("insert into t values (1)").execute()));
        int reported = await(writer.query("insert into t values (2)").execute()).rowCount();
        int seen = await(reader.query("select count(*) as n from t").execute())
                .iterator()
                .next()
                .getInteger("n");
        await(Future.join(writer.close(), reader.close()).otherwiseEmpty());
        await(vertx.close());
        assertThat(reported).isEqualTo(1);
        assertThat(seen).as("2 would be right").isEqualTo(1);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
