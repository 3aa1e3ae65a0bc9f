package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.testkit.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many at once, and interrupts at every step. */
class WorktreesConcurrencyTest {
    private static final int MANY = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path root;

    private GitFixture fixture;
    private Git git;
    private Worktrees worktrees;

    @BeforeEach
    void setUp() {
        fixture = new GitFixture(root);
        git = fixture.git();
        worktrees = new Worktrees(git, fixture.settings());
    }

    @Test
    void sixteenTasksAtOnceAllGetAWorktreeAndEndAsABranch() throws Exception {
        Path repository = fixture.repository("app");
        Completion completion = new Completion(git);
        List<CompletionResult> results = atOnce(MANY, () -> {
            Worktree worktree = worktrees.create(request(repository));
            assertThat(worktree.warnings()).isEmpty();
            write(worktree.path().resolve("work"), worktree.taskId() + "\n");
            return completion.branch(worktree, "Fix the bug", repository);
        });
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.success()).as(result.message()).isTrue());
        assertThat(fixture.branches(repository).lines()).hasSize(MANY + 1);
        assertThat(fixture.sh(repository, "config", "--get-regexp", "makimatask")
                        .lines())
                .hasSize(MANY);
    }

    @Test
    void othersWhoWriteToTheConfigurationMeanwhileDoNotDisturb() throws Exception {
        Path repository = fixture.repository("app");
        AtomicBoolean done = new AtomicBoolean();
        Git other = fixture.git();
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int count = 0;
            while (!done.get()) {
                try {
                    other.run(repository, Duration.ofSeconds(10), "config", "other.count", String.valueOf(++count));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return count;
        });
        Completion completion = new Completion(git);
        List<CompletionResult> results = atOnce(6, () -> {
            Worktree worktree = worktrees.create(request(repository));
            write(worktree.path().resolve("work"), worktree.taskId() + "\n");
            return completion.branch(worktree, "Fix the bug", repository);
        });
        done.set(true);
        assertThat(writer.get(20, TimeUnit.SECONDS)).isPositive();
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.success()).as(result.message()).isTrue());
        assertThat(fixture.sh(repository, "config", "--get-regexp", "makimatask")
                        .lines())
                .hasSize(6)
                .noneMatch(line -> line.contains("makima/task-"));
    }

    @Test
    void manyFirstTasksOnOneUrlShareOneClone() throws Exception {
        Path origin = fixture.repository("app");
        List<Worktree> made = atOnce(8, () -> worktrees.create(request("file://" + origin, null)));
        assertThat(made)
                .extracting(Worktree::repository)
                .containsOnly(made.getFirst().repository());
        assertThat(made).extracting(Worktree::path).doesNotHaveDuplicates();
        assertThat(made).allSatisfy(worktree -> assertThat(worktree.warnings()).isEmpty());
    }

    @Test
    void oneTaskAskedForTwiceAtOnceGetsOneWorktree() throws Exception {
        WorktreeRequest request = request(fixture.repository("app"));
        List<Worktree> made = atOnce(4, () -> worktrees.create(request));
        assertThat(made).containsOnly(made.getFirst());
    }

    @Test
    void tasksThatWaitForADeadOriginShareItsFailure() throws Exception {
        Path local = fixture.cloneOf(fixture.repository("app"), "local");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            fixture.sh(local, "remote", "set-url", "origin", "http://127.0.0.1:" + silent.getLocalPort() + "/app");
            worktrees = new Worktrees(git, fixture.settings(), PATIENCE);
            List<Thread> callers = new ArrayList<>();
            List<CompletableFuture<Worktree>> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                answers.add(new CompletableFuture<>());
                callers.add(start(request(local), answers.getLast()));
            }
            try (Socket connected = silent.accept()) {
                assertThat(connected.isConnected()).isTrue();
                Await.until(
                        PATIENCE,
                        "the others to wait for their turn",
                        () -> callers.stream()
                                        .filter(WorktreesConcurrencyTest::waitsForItsTurn)
                                        .count()
                                == 5);
            }
            for (CompletableFuture<Worktree> answer : answers) {
                assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).warnings())
                        .hasSize(1);
            }
            silent.setSoTimeout(100);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .as("nobody tries it again")
                    .isThrownBy(silent::accept);
        }
    }

    /** Whether it is in a queue behind somebody who fetches. */
    private static boolean waitsForItsTurn(Thread thread) {
        List<String> ours = Arrays.stream(thread.getStackTrace())
                .map(StackTraceElement::getClassName)
                .filter(name -> name.startsWith("dev.makima."))
                .toList();
        return thread.getState() == Thread.State.WAITING
                && ours.size() > 1
                && ours.get(0).equals(RepositoryLocks.class.getName())
                && ours.get(1).equals(Fetches.class.getName());
    }

    @Test
    void anInterruptAtAnyStepLeavesNothingHalfMade() throws Exception {
        Path repository = fixture.repository("app");
        for (int i = 0; i < 600; i++) {
            write(repository.resolve("d" + i % 30 + "/f" + i), "content " + i + "\n");
        }
        fixture.commit(repository, "last", "x\n");
        Files.createDirectories(root.resolve("worktrees"));
        int interrupted = 0;
        for (int millis = 0; millis < 120; millis += 10) {
            WorktreeRequest request = request(repository);
            CompletableFuture<Worktree> answer = new CompletableFuture<>();
            Thread caller = start(request, answer);
            caller.join(Duration.ofMillis(millis + 1));
            caller.interrupt();
            try {
                Worktree made = answer.get(30, TimeUnit.SECONDS);
                assertThat(fixture.sh(made.path(), "status", "--porcelain")).isEmpty();
                fixture.sh(repository, "worktree", "remove", made.path().toString());
                fixture.sh(repository, "branch", "-D", made.branch());
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(InterruptedException.class);
                interrupted++;
            }
            try (Stream<Path> left = Files.list(root.resolve("worktrees"))) {
                assertThat(left).as("after %s ms", millis).isEmpty();
            }
            assertThat(fixture.branches(repository)).isEqualTo("main");
            assertThat(fixture.sh(repository, "worktree", "list").lines()).hasSize(1);
            assertThat(fixture.sh(repository, "config", "--local", "--list")).doesNotContain("makimatask");
            assertThat(repository.resolve(".git/config.lock")).doesNotExist();
        }
        assertThat(interrupted).isPositive();
    }

    @Test
    void anInterruptEndsACloneAndLeavesNothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Worktree> answer = new CompletableFuture<>();
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/app";
            Thread caller = start(request(url, null), answer);
            try (Socket connected = silent.accept()) {
                caller.interrupt();
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(answer::join)
                        .withCauseInstanceOf(InterruptedException.class);
                // Git itself is gone: its end of the connection is closed.
                connected.setSoTimeout(10_000);
                assertThat(connected.getInputStream().readAllBytes()).isNotNull();
            }
        }
        assertThat(root.resolve("repos")).isEmptyDirectory();
    }

    private Thread start(WorktreeRequest request, CompletableFuture<Worktree> answer) {
        return Thread.ofPlatform().start(() -> {
            try {
                answer.complete(worktrees.create(request));
            } catch (InterruptedException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
    }

    private static <T> List<T> atOnce(int count, Callable<T> work) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(threads.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            start.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(60, TimeUnit.SECONDS));
            }
            return results;
        }
    }
}
