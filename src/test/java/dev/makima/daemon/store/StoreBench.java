package dev.makima.daemon.store;

import dev.makima.daemon.bus.LocalCodec;
import dev.makima.sql.Database;
import dev.makima.sql.DatabaseSettings;
import dev.makima.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A daemon's store for each test, and nothing else of the daemon. */
public abstract class StoreBench {
    protected static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    protected Path temp;

    protected Vertx vertx;
    protected Database database;
    protected StoreClient store;

    @BeforeEach
    protected void open() {
        vertx = Vertx.vertx();
        LocalCodec.register(vertx);
        database = Database.open(DatabaseSettings.sqlite(temp.resolve("daemon.db"), "dev/makima/daemon/store/sql"));
        Await.value(
                vertx.deployVerticle(new StoreVerticle(
                        database, Clock.systemUTC(), temp.resolve("outbox"), Future.succeededFuture())),
                PATIENCE);
        store = new StoreClient(vertx.eventBus());
    }

    /** What the store answers. */
    protected <A> A ask(StoreRequest<A> request) {
        return Await.value(store.ask(request), PATIENCE);
    }

    @AfterEach
    protected void close() {
        Await.value(vertx.close(), PATIENCE);
        database.close();
    }
}
