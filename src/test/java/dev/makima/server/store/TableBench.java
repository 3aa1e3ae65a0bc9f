package dev.makima.server.store;

import dev.makima.testkit.Await;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A store for each test, on a fresh database of each kind, and its first user. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
abstract class TableBench {
    static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private final Vertx vertx = Vertx.vertx();

    @Parameter
    @SuppressWarnings("NullAway.Init") // JUnit does
    TestDatabase database;

    @TempDir
    Path directory;

    Store store;
    KeyTable.Holder holder;

    @BeforeEach
    void open() {
        store = await(Store.open(vertx, Store.settings(database.withTables(directory)), NOW));
        holder = await(store.keys().firstHolder(NOW));
    }

    @AfterEach
    void close() {
        await(store.close());
        await(vertx.close());
    }

    static <T> T await(Future<T> future) {
        return Await.value(future, Duration.ofSeconds(30));
    }
}
