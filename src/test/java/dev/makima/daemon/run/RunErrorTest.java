package dev.makima.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.StoreBench;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.testkit.Await;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What becomes of a task on whose thread the JVM throws an error. */
@NullUnmarked // Of what a run works with, it gets to the store and the spool only.
class RunErrorTest extends StoreBench {
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
        assertThat(run.tell(new Control.Pause())).isEqualTo(Told.TOO_LATE);
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
