package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that come again, with their work, without it, or under ids that look alike. */
class RepeatedTasksTest {
    @TempDir
    private static Path root;

    private static CommandBench bench;

    @BeforeAll
    static void startDaemon() {
        bench = CommandBench.start(root);
    }

    @AfterAll
    static void stopDaemon() {
        bench.close();
    }

    @Test
    void aTaskThatIsSentAgainKeepsItsUncommittedWork() {
        TestRepository repository = bench.repository("again");
        WireTask task = bench.done(repository, "echo one > one; echo kept > README.md");
        Path place = task.place();
        WireTask second = bench.redo(task.id(), repository, "echo two > two");
        assertThat(second.place()).isEqualTo(place);
        assertThat(place.resolve("one")).hasContent("one");
        assertThat(place.resolve("two")).hasContent("two");
        assertThat(place.resolve("README.md")).hasContent("kept");
        assertThat(task.good("getWorktreeInfo").getInteger("filesChanged")).isEqualTo(3);
    }

    @Test
    void aWorktreeThatIsGoneBlocksNothingAndItsCommitsAreThere() throws IOException {
        TestRepository repository = bench.repository("gone");
        WireTask task = bench.done(repository, "echo one > one; git add -A; git commit -q -m 'by the agent'");
        delete(task.place());
        WireTask second = bench.redo(task.id(), repository, "echo two > two");
        assertThat(second.place().resolve("one")).hasContent("one");
        assertThat(second.branch()).endsWith(task.id().substring(0, 8));
        assertThat(repository.branches().stream().filter(name -> name.startsWith("makima/")))
                .hasSize(1);
    }

    @Test
    void idsWithTheSameFirstDigitsShareNothing() {
        TestRepository repository = bench.repository("alike");
        String tail = UUID.randomUUID().toString().substring(8);
        List<WireTask> tasks = Stream.of("0", "1")
                .map(digit -> "abcdabcd" + tail.substring(0, 27) + digit)
                .map(id -> bench.done(bench.again(id, repository), "echo " + id + " > id"))
                .toList();
        assertThat(tasks.get(0).place()).isNotEqualTo(tasks.get(1).place());
        assertThat(tasks.get(0).branch()).isNotEqualTo(tasks.get(1).branch());
        for (WireTask task : tasks) {
            assertThat(task.place().resolve("id")).hasContent(task.id());
            assertThat(task.good("getTaskDiff").getString("diff")).contains("+" + task.id());
        }
        tasks.get(0).good("cleanupWorktree", "deleteBranch", true);
        assertThat(tasks.get(1).place().resolve("id")).exists();
        assertThat(repository.branches()).contains(tasks.get(1).branch());
    }

    @Test
    void theNameOfATaskIsOnceInItsBranchAndTheSameEverywhere() {
        TestRepository repository = bench.repository("names");
        JsonObject spawn = bench.spawn(repository.directory().toString()).put("taskName", "Feature / Login!");
        WireTask task = bench.done(spawn, "echo x > work");
        String id = task.id().substring(0, 8);
        assertThat(task.branch()).isEqualTo("makima/task-feature-login-" + id);
        assertThat(task.place().getFileName().toString()).isEqualTo(id + "-feature-login");
        assertThat(task.good("getWorktreeInfo").getString("branch")).isEqualTo(task.branch());
        assertThat(WireTask.objects(task.ask("listBranches"), "branches"))
                .extracting(branch -> branch.getString("name"), branch -> branch.getString("taskId"))
                .containsExactly(org.assertj.core.groups.Tuple.tuple(task.branch(), task.id()));
        JsonObject ended = bench.ask(task.command("retryCompletionAction")
                .put("taskName", "Feature / Login!")
                .put("action", "branch")
                .put("targetRepoPath", repository.directory().toString()));
        WireTask.assertGood(ended);
        assertThat(repository.branches()).containsExactlyInAnyOrder("main", "makima/feature-login-" + id);
        // The branch is the task's still: it is listed as such, and goes with it.
        assertThat(WireTask.objects(task.ask("listBranches"), "branches"))
                .extracting(branch -> branch.getString("taskId"))
                .containsExactly(task.id());
    }

    @Test
    void helperFilesOfOursAreNeverCommitted() {
        TestRepository repository = bench.repository("helpers");
        WireTask task = bench.done(repository, "mkdir -p .makima; echo secret > .makima/notes; echo x > work");
        assertThat(task.good("getTaskDiff").getString("diff")).doesNotContain(".makima");
        task.good("createCheckpoint", "message", "x");
        task.good("commitWorktree");
        assertThat(task.worktree().files("HEAD")).contains("work").noneMatch(file -> file.contains(".makima"));
    }

    @Test
    void aTaskThatIsActiveIsNotStartedAgain() {
        TestRepository repository = bench.repository("active");
        WireTask task = bench.running(repository, ":");
        bench.server.send(bench.again(task.id(), repository));
        JsonObject asserted = bench.server.await(
                frame -> task.id().equals(frame.getString("taskId"))
                        && "running".equals(frame.getString("oldStatus"))
                        && "running".equals(frame.getString("newStatus")),
                CommandBench.PATIENCE);
        assertThat(asserted.getString("type")).isEqualTo("taskStatusChange");
        assertThat(bench.server.ends(task.id())).isZero();
        bench.server.send(task.command("sendMessage").put("message", "please end"));
        assertThat(bench.server
                        .await("taskComplete", task.id(), CommandBench.PATIENCE)
                        .getBoolean("success"))
                .isTrue();
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
