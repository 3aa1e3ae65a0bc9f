package dev.makima.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.LocalCodec;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.StoreVerticle;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.sql.Database;
import dev.makima.sql.DatabaseSettings;
import dev.makima.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a task on whose thread the JVM throws an error. */
@NullUnmarked // Of what a run works with, it gets to the store and the spool only.
class RunErrorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path temp;

    private Vertx vertx;
    private Database database;
    private StoreClient store;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        LocalCodec.register(vertx);
        database = Database.open(DatabaseSettings.sqlite(temp.resolve("daemon.db"), "dev/makima/daemon/store/sql"));
        Await.value(
                vertx.deployVerticle(new StoreVerticle(
                        database, Clock.systemUTC(), temp.resolve("outbox"), Future.succeededFuture())),
                PATIENCE);
        store = new StoreClient(vertx.eventBus());
    }

    @AfterEach
    void close() {
        Await.value(vertx.close(), PATIENCE);
        database.close();
    }

    @Test
    void aTaskWhoseThreadMeetsAnErrorFailsAndIsNotRunningForEver() {
        AtomicInteger opened = new AtomicInteger();
        RunServices services = new RunServices(
                null,
                RunTimers.DEFAULT,
                _ -> {},
                text -> text,
                store,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                temp.resolve("spool"),
                _ -> {},
                _ -> {
                    if (opened.getAndIncrement() == 0) {
                        throw new NoClassDefFoundError("gone from under us");
                    }
                },
                Clock.systemUTC(),
                UUID::randomUUID);
        TaskId taskId = new TaskId(UUID.randomUUID());
        TaskRecord task =
                TaskRecord.admitted(SpawnTask.builder(taskId, "n", "p").build(), new RunId(UUID.randomUUID()));
        Run run = new Run(services, task, () -> {});

        run.start(Future.succeededFuture());

        assertThat(run.isOver()).isTrue();
        assertThat(run.tell(new Control.Pause())).isEqualTo(Run.Told.TOO_LATE);
        TaskRecord saved = Await.value(store.ask(new StoreRequest.FindTask(taskId)), PATIENCE)
                .orElseThrow();
        assertThat(saved.state()).isEqualTo(TaskState.FAILED);
        assertThat(Await.value(store.ask(new StoreRequest.ReadOutbox(0, 100)), PATIENCE))
                .map(row -> row.event().frame())
                .last()
                .isInstanceOfSatisfying(
                        TaskComplete.class,
                        end -> assertThat(end.error()).contains("NoClassDefFoundError: gone from under us"));
    }
}
