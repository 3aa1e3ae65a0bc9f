package dev.makima.server.store;

import dev.makima.sql.Database;
import dev.makima.sql.DatabaseSettings;
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
    private DatabaseSettings settings;

    @BeforeEach
    void open() {
        settings = Store.settings(database.withTables(directory));
        store = await(Store.open(vertx, settings, NOW));
        holder = await(store.keys().firstHolder(NOW));
    }

    @AfterEach
    void close() {
        await(store.close());
        await(vertx.close());
    }

    /** Closes the store, and gives its database bare, to be closed by the caller. */
    Database bare() {
        await(store.close());
        return Database.open(settings);
    }

    static <T> T await(Future<T> future) {
        return Await.value(future, Duration.ofSeconds(30));
    }
}
