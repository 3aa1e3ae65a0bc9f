package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommandTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path temp;

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    private LaunchSpec spec(String... command) {
        return new LaunchSpec(List.of(command), temp, Map.of("PATH", System.getenv("PATH"), "ONLY", "this"));
    }

    private GroupCommand.End run(Duration limit, String script) throws InterruptedException {
        return GroupCommand.run(spec("sh", "-c", script), limit, lines::add);
    }

    @Test
    void itRunsInItsDirectoryWithItsEnvironmentAndNothingToRead() throws InterruptedException {
        GroupCommand.End end = run(PATIENCE, "pwd; env | grep -c '^ONLY=this$'; env | grep -c HOME; cat; exit 3");
        assertThat(end).isEqualTo(new GroupCommand.End(true, 3));
        assertThat(lines).containsExactly(temp.toString(), "1", "0");
    }

    @Test
    void bothOutputsComeInLinesHoweverLongOrOdd() throws InterruptedException {
        run(PATIENCE, "echo größe; echo err >&2; head -c 9000 /dev/zero | tr '\\0' x; echo; printf 'no end'");
        assertThat(lines).hasSize(6).startsWith("größe", "err").endsWith("no end");
        assertThat(lines.get(2)).hasSize(4000).containsOnlyOnce("x".repeat(4000));
        assertThat(lines.get(4)).hasSize(1000);
    }

    @Test
    void argumentsAreNoShellsBusiness() throws InterruptedException {
        assertThat(GroupCommand.run(spec("echo", "$(id)", "a;b", ""), PATIENCE, lines::add)
                        .exitCode())
                .isZero();
        assertThat(lines).containsExactly("$(id) a;b ");
    }

    @Test
    void whatIsNotThereIsTold() throws InterruptedException {
        assertThat(GroupCommand.run(spec("no-such-program-at-all"), PATIENCE, lines::add)
                        .exitCode())
                .isEqualTo(127);
        assertThat(lines).singleElement().asString().contains("no-such-program-at-all");
    }

    @Test
    void theTimeLimitEndsEverythingItStarted() throws IOException, InterruptedException {
        // One that ignores SIGTERM, one in a session of its own.
        List<Path> files = List.of(temp.resolve("far"), temp.resolve("near"));
        Duration limit = Duration.ofMillis(700);
        // A busy machine may need longer to start them all.
        do {
            GroupCommand.End end = run(
                    limit,
                    "(trap '' TERM; echo $$; while :; do sleep 1; done) &"
                            + " setsid sh -c 'echo $$ > far.new; mv far.new far; exec sleep 300' &"
                            + " sleep 300 & echo $! > near.new; mv near.new near; wait");
            assertThat(end.inTime()).isFalse();
            limit = limit.multipliedBy(3);
        } while (!files.stream().allMatch(Files::exists));
        for (Path file : files) {
            Await.gone(Long.parseLong(Files.readString(file).strip()), PATIENCE);
        }
    }

    @Test
    void whatItLeavesInTheBackgroundEndsWithIt() throws IOException, InterruptedException {
        GroupCommand.End end = run(PATIENCE, "sleep 300 & echo $! > left; exit 0");
        assertThat(end).isEqualTo(new GroupCommand.End(true, 0));
        Await.gone(Long.parseLong(Files.readString(temp.resolve("left")).strip()), PATIENCE);
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<GroupCommand.End> end = CompletableFuture.supplyAsync(() -> {
            thread.complete(Thread.currentThread());
            try {
                return run(PATIENCE, "echo $$ > pid.new; mv pid.new pid; sleep 300");
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        });
        long pid = Long.parseLong(
                Files.readString(Await.file(temp.resolve("pid"), PATIENCE)).strip());
        thread.get().interrupt();
        assertThatThrownBy(() -> end.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(InterruptedException.class);
        Await.gone(pid, PATIENCE);
    }
}
