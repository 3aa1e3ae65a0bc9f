package dev.makima.daemon.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.daemon.DaemonHarness;
import dev.makima.git.GitSettings;
import dev.makima.git.GitTools;
import dev.makima.git.Worktree;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task's end comes behind the checkpoint that is under way, and does not wait for it for ever. */
class CheckpointTurnsTest {
    @TempDir
    private Path temp;

    private GitTools git;
    private CheckpointMaker maker;
    private Worktree tree;

    @BeforeEach
    void open() {
        git = GitTools.of(
                Map.of("PATH", System.getenv("PATH"), "HOME", temp.toString()),
                new GitSettings(temp, temp, "makima/task-"),
                1000);
        maker = new CheckpointMaker(
                DaemonHarness.config(temp, URI.create("ws://127.0.0.1:1"), Path.of("/bin/true"), new JsonObject()),
                git);
        TaskId taskId = TaskId.of(UUID.randomUUID().toString());
        tree = new Worktree(taskId, temp.resolve("tree"), temp, "branch", "main", "0123abc", List.of());
    }

    @AfterEach
    void close() {
        git.close();
    }

    /** A checkpoint that is under way until it is let go on; reported before its turn ends. */
    private Thread underWay(CountDownLatch goOn, AtomicBoolean reported) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                maker.inTurn(tree, () -> {
                    begun.countDown();
                    goOn.await();
                    reported.set(true);
                    return true;
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
        return thread;
    }

    @Test
    void theEndComesBehindACheckpointUnderWay() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean reported = new AtomicBoolean();
        Thread checkpoint = underWay(goOn, reported);
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Thread end = Thread.ofPlatform().daemon().start(() -> {
            try {
                ended.complete(maker.behindCheckpoints(tree, Duration.ofSeconds(20), reported::get));
            } catch (InterruptedException e) {
                ended.completeExceptionally(e);
            }
        });
        while (end.getState() != Thread.State.TIMED_WAITING && !ended.isDone()) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        assertThat(ended.get()).as("it was reported before").isTrue();
        checkpoint.join();
    }

    @Test
    void oneThatHangsHoldsUpNoEnd() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean reported = new AtomicBoolean();
        Thread checkpoint = underWay(goOn, reported);
        assertThat(maker.<Boolean>behindCheckpoints(tree, Duration.ofMillis(20), () -> true))
                .isTrue();
        assertThat(reported).isFalse();
        goOn.countDown();
        checkpoint.join();
    }

    @Test
    void aTaskWithoutAWorktreeEndsAtOnce() throws Exception {
        assertThat(maker.<Boolean>behindCheckpoints(null, Duration.ZERO, () -> true))
                .isTrue();
    }
}
