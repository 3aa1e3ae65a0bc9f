package dev.makima.daemon.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.DaemonHarness;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.GitSettings;
import dev.makima.git.GitTools;
import dev.makima.git.Worktree;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskState;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt takes effect whatever becomes of its checkpoint. */
class InterruptCheckpointTest {
    @TempDir
    private Path temp;

    private final Vertx vertx = Vertx.vertx();
    private final List<String> said = new ArrayList<>();
    private DaemonConfig config;
    private GitTools git;
    private CheckpointMaker maker;

    @BeforeEach
    void open() {
        config = DaemonHarness.config(temp, URI.create("ws://127.0.0.1:1"), Path.of("/bin/true"), new JsonObject());
        git = GitTools.of(
                Map.of("PATH", System.getenv("PATH"), "HOME", temp.toString()),
                new GitSettings(temp, temp, "makima/task-"),
                1000);
        maker = new CheckpointMaker(config, git);
    }

    @AfterEach
    void close() {
        git.close();
        vertx.close().await();
    }

    private TaskRecord task() {
        TaskId taskId = TaskId.of(UUID.randomUUID().toString());
        Worktree tree = new Worktree(taskId, temp.resolve("gone"), temp, "branch", "main", "0123abc", List.of());
        return TaskRecord.admitted(SpawnTask.builder(taskId, "task", "plan").build(), new RunId(UUID.randomUUID()))
                .withDirectory(tree.path(), tree);
    }

    private void make(TaskState end, TaskRecord task, Duration limit) throws InterruptedException {
        new InterruptCheckpoint(config, maker, new StoreClient(vertx.eventBus()), Clock.systemUTC(), limit)
                .make(end, task, said::add);
    }

    @Test
    void itWaitsForASlowGitNoLongerThanItsLimit() throws InterruptedException {
        TaskRecord task = task();
        Worktree tree = Objects.requireNonNull(task.worktree());
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch enough = new CountDownLatch(1);
        Thread other = Thread.ofPlatform().start(() -> {
            try {
                maker.inTurn(tree, () -> {
                    held.countDown();
                    enough.await();
                    return true;
                });
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        held.await();
        make(TaskState.INTERRUPTED, task, Duration.ofMillis(100));
        enough.countDown();
        other.join();
        assertThat(said).singleElement().asString().contains("No checkpoint was made", "took longer");
    }

    @Test
    void aFailureOfGitIsALineOfOutput() throws InterruptedException {
        make(TaskState.INTERRUPTED, task(), Duration.ofSeconds(20));
        assertThat(said).singleElement().asString().contains("No checkpoint was made", "gone");
    }

    @Test
    void onlyInterruptsMakeOne() throws InterruptedException {
        make(TaskState.DONE, task(), Duration.ofSeconds(20));
        make(TaskState.FAILED, task(), Duration.ofSeconds(20));
        assertThat(said).isEmpty();
    }
}
