package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints without a pause while an agent uses git without a pause: no command of the agent's ever fails. */
class CheckpointsConcurrencyTest {
    private static final int ROUNDS = 5;

    @TempDir
    private Path root;

    private GitFixture fixture;
    private Checkpoints checkpoints;
    private Path repository;
    private Worktree worktree;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        checkpoints = new Checkpoints(fixture.git());
        repository = fixture.repository("app");
        for (int i = 0; i < 50; i++) {
            write(repository.resolve("d" + i % 7 + "/f" + i), "content " + i + "\n");
        }
        fixture.commit(repository, "last", "x\n");
        worktree = fixture.worktrees().create(request(repository));
    }

    @AfterEach
    void tearDown() {
        checkpoints.close();
    }

    private final List<Checkpoint.Made> madeSoFar = new CopyOnWriteArrayList<>();

    /** What the agent does in one round; every command in it has to work. */
    private interface Agent {
        void round(int number);
    }

    private List<Checkpoint.Made> during(Agent agent) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<List<Checkpoint.Made>> maker = CompletableFuture.supplyAsync(() -> {
            int count = 0;
            while (!done.get()) {
                try {
                    if (checkpoints.make(worktree, "checkpoint " + ++count, false) instanceof Checkpoint.Made made) {
                        madeSoFar.add(made);
                    }
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return madeSoFar;
        });
        try {
            for (int i = 0; i < ROUNDS; i++) {
                agent.round(i);
            }
        } finally {
            done.set(true);
        }
        List<Checkpoint.Made> made = maker.get(60, TimeUnit.SECONDS);
        fixture.sh(repository, "fsck", "--strict", "--no-dangling");
        return made;
    }

    private String agent(String... arguments) {
        return fixture.sh(worktree.path(), arguments);
    }

    @Test
    void anAgentThatStagesAndCommits() throws Exception {
        List<Checkpoint.Made> made = during(round -> {
            write(worktree.path().resolve("work" + round), "round " + round + "\n");
            write(worktree.path().resolve("d1/f1"), "round " + round + "\n");
            // On a busy machine the first one may come late, and without any there is nothing to be shown.
            Await.until(Duration.ofSeconds(30), "a first checkpoint", () -> !madeSoFar.isEmpty());
            agent("add", "--all");
            assertThat(agent("diff", "--cached", "--name-only").lines()).hasSize(2);
            agent("commit", "-q", "-m", "round " + round);
            write(worktree.path().resolve("d1/f1"), "round " + round + " again\n");
            agent("commit", "-q", "-a", "--amend", "-m", "round " + round);
            assertThat(agent("status", "--porcelain")).isEmpty();
        });
        assertThat(made).isNotEmpty();
        assertThat(agent("log", "--format=%s", worktree.baseSha() + "..HEAD").lines())
                .hasSize(ROUNDS)
                .allMatch(subject -> subject.startsWith("round "));
    }

    @Test
    void anAgentThatSwitchesBranchesAndRebases() throws Exception {
        during(round -> {
            write(worktree.path().resolve("work" + round), "round " + round + "\n");
            agent("checkout", "-q", "-b", "side" + round, worktree.baseSha());
            agent("add", "--all");
            agent("commit", "-q", "-m", "side " + round);
            agent("checkout", "-q", worktree.branch());
            write(worktree.path().resolve("own" + round), "round " + round + "\n");
            agent("add", "--all");
            agent("commit", "-q", "-m", "own " + round);
            agent("rebase", "-q", "side" + round);
        });
        assertThat(agent("status", "--porcelain", "-b")).isEqualTo("## " + worktree.branch());
        assertThat(agent("log", "--format=%s", worktree.baseSha() + "..HEAD").lines())
                .filteredOn(subject -> subject.startsWith("own "))
                .hasSize(ROUNDS);
    }

    @Test
    void anAgentThatStashesResetsAndMerges() throws Exception {
        during(round -> {
            write(worktree.path().resolve("d2/f2"), "round " + round + "\n");
            write(worktree.path().resolve("untracked"), "round " + round + "\n");
            agent("stash", "-q", "--include-untracked");
            agent("checkout", "-q", "-b", "side" + round);
            agent("commit", "-q", "--allow-empty", "-m", "side");
            agent("checkout", "-q", worktree.branch());
            agent("merge", "-q", "--no-ff", "-m", "merged", "side" + round);
            agent("stash", "pop", "-q");
            assertThat(agent("status", "--porcelain")).isEqualTo("M d2/f2\n?? untracked");
            agent("reset", "-q", "--hard");
            agent("clean", "-fdq");
        });
        agent("gc", "-q");
        assertThat(agent("status", "--porcelain")).isEmpty();
    }

    @Test
    void filesThatComeAndGo() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> flicker = CompletableFuture.supplyAsync(() -> {
            int count = 0;
            while (!done.get()) {
                Path file = write(worktree.path().resolve("temporary" + ++count % 20), "x".repeat(count % 5000));
                Path other = worktree.path().resolve("moved" + count % 20);
                assertThat(file.toFile().renameTo(other.toFile())).isTrue();
                assertThat(other.toFile().delete()).isTrue();
            }
            return count;
        });
        int made = 0;
        for (int i = 0; i < ROUNDS; i++) {
            write(worktree.path().resolve("work" + i), "round " + i + "\n");
            Checkpoint checkpoint = checkpoints.make(worktree, "x", false);
            assertThat(checkpoint).isInstanceOf(Checkpoint.Made.class);
            made++;
        }
        done.set(true);
        assertThat(flicker.get(20, TimeUnit.SECONDS)).isPositive();
        assertThat(made).isEqualTo(ROUNDS);
        assertThat(Files.exists(worktree.path().resolve("work1"))).isTrue();
    }

    @Test
    void twoCallersAtOnceMakeOneHistory() throws Exception {
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            int number = caller;
            callers.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 4; i++) {
                    write(worktree.path().resolve("of" + number), i + "\n");
                    try {
                        checkpoints.make(worktree, "x", false);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        for (CompletableFuture<Void> caller : callers) {
            caller.get(60, TimeUnit.SECONDS);
        }
        String last = checkpoints.last(worktree).orElseThrow();
        assertThat(fixture.sh(repository, "show", last + ":of3")).isEqualTo("3");
        assertThat(fixture.sh(repository, "show", last + ":of0")).isEqualTo("3");
    }
}
