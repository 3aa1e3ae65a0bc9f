package dev.makima.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.Secret;
import dev.makima.cli.local.LocalInstance.Use;
import dev.makima.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalInstanceTest {
    @TempDir
    Path directory;

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private final List<String> notes = new CopyOnWriteArrayList<>();

    private LocalInstance instance() {
        return new LocalInstance(directory.resolve("home"));
    }

    private Path file() {
        return directory.resolve("home/instance.json");
    }

    private LocalStack.Starter starter() {
        return parts -> {
            started.incrementAndGet();
            assertThat(running.incrementAndGet()).as("at most one at a time").isEqualTo(1);
            return new LocalStack() {
                @Override
                public int port() {
                    return 4711;
                }

                @Override
                public Secret key() {
                    return new Secret("mk_secret");
                }

                @Override
                public void close() {
                    running.decrementAndGet();
                }
            };
        };
    }

    private Use open() {
        return instance().attachOrStart(starter(), LocalStack.Parts.SERVER, true, notes::add);
    }

    @Test
    void nothingRunsInAnEmptyHome() {
        assertThat(instance().attach()).isEmpty();
        assertThat(directory.resolve("home")).doesNotExist();
    }

    @Test
    void whatAKilledOneLeftIsTakenOverAndThatIsSaid() throws IOException {
        Files.createDirectories(directory.resolve("home"));
        new Instance(99_999_999, 4711, new Secret("mk_old")).write(file());
        try (Use own = open()) {
            assertThat(own.own()).isTrue();
            assertThat(notes)
                    .containsExactly("the makima that ran here (process 99999999) was killed; this one opens its"
                            + " database itself");
        }
        notes.clear();
        try (Use next = open()) {
            assertThat(next.own()).isTrue();
        }
        assertThat(notes).as("one that ended in order").isEmpty();
    }

    @Test
    void theFileSaysHowToReachItAndOnlyItsOwnerMayReadIt() throws IOException {
        try (Use own = open()) {
            assertThat(own.own()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
            Instance read = Instance.read(file()).orElseThrow();
            assertThat(read.url().value()).isEqualTo("http://127.0.0.1:4711");
            assertThat(read.key().reveal()).isEqualTo("mk_secret");
            assertThat(read.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(read.toString()).doesNotContain("mk_secret");
        }
        assertThat(file()).doesNotExist();
        assertThat(running).hasValue(0);
    }

    @Test
    void aSecondCommandAttachesToTheFirstOnes() {
        try (Use own = open();
                Use second = open()) {
            assertThat(own.own()).isTrue();
            assertThat(second.own()).isFalse();
            assertThat(second.instance()).isEqualTo(own.instance());
            assertThat(started).hasValue(1);
        }
    }

    @Test
    void theOwnerEndsAfterTheLastAttachedCommand() throws Exception {
        Use own = open();
        Use attached = instance().attach().orElseThrow();
        CompletableFuture<Void> ending = CompletableFuture.runAsync(own::close);
        Await.until(Duration.ofSeconds(30), "its note that it waits", () -> !notes.isEmpty());
        assertThat(running).hasValue(1);
        attached.close();
        ending.get(30, TimeUnit.SECONDS);
        assertThat(running).hasValue(0);
        assertThat(notes).singleElement().asString().contains("another makima command uses this one's server");
    }

    @Test
    void whatAKilledProcessLeftBehindIsNotTakenForLive() throws IOException {
        Files.createDirectories(directory.resolve("home"));
        // This very pid lives: only the lock tells that the instance does not.
        new Instance(ProcessHandle.current().pid(), 4711, new Secret("old")).write(file());
        assertThat(instance().attach()).isEmpty();
        try (Use own = open()) {
            assertThat(own.own()).isTrue();
            assertThat(Instance.read(file()).orElseThrow().key().reveal()).isEqualTo("mk_secret");
        }
    }

    @Test
    void aDamagedFileIsReplaced() throws IOException {
        Files.createDirectories(directory.resolve("home"));
        Files.writeString(file(), "{\"pid\": 1, \"por");
        assertThat(instance().attach()).isEmpty();
        try (Use own = open()) {
            assertThat(own.own()).isTrue();
        }
    }

    @Test
    void aFailedStartLeavesNothingBehind() {
        assertThatThrownBy(() -> instance()
                        .attachOrStart(
                                parts -> {
                                    throw new IllegalStateException("no port");
                                },
                                LocalStack.Parts.SERVER,
                                true,
                                notes::add))
                .hasMessage("no port");
        assertThat(file()).doesNotExist();
        try (Use own = open()) {
            assertThat(own.own()).isTrue();
        }
    }

    @Test
    void oneThatIsGoneInAMomentIsNotOfferedToOthers() {
        try (Use own = instance().attachOrStart(starter(), LocalStack.Parts.SERVER, false, notes::add)) {
            assertThat(own.own()).isTrue();
            assertThat(file()).doesNotExist();
        }
    }

    @Test
    void manyAtOnceNeverRunTwoInstances() throws InterruptedException, ExecutionException, TimeoutException {
        CountDownLatch go = new CountDownLatch(1);
        List<CompletableFuture<Void>> commands = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 8; i++) {
            commands.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            go.await();
                            for (int round = 0; round < 5; round++) {
                                open().close();
                            }
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    task -> Thread.ofPlatform().start(task)));
        }
        go.countDown();
        for (CompletableFuture<Void> command : commands) {
            command.get(50, TimeUnit.SECONDS);
        }
        assertThat(running).hasValue(0);
        assertThat(started.get()).isPositive();
    }
}
