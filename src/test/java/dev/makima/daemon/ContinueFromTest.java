package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.daemon.WorkBench.Outcome;
import dev.makima.git.Git;
import dev.makima.git.Patch;
import dev.makima.git.Patches;
import dev.makima.git.Worktree;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that goes on from another one's work, through a daemon and a server of the base protocol. */
class ContinueFromTest {
    @TempDir
    private static Path shared;

    @TempDir
    private Path temp;

    private static WorkBench bench;

    private TestRepository repository;

    @BeforeAll
    static void start() throws IOException {
        bench = new WorkBench(shared);
    }

    @AfterAll
    static void stop() {
        assertThat(bench.server().mistakes()).isEmpty();
        bench.close();
    }

    @BeforeEach
    void makeRepository() {
        repository = TestRepository.create(temp.resolve("my répo"), 2);
        repository.commit(".gitignore", "target/\n", "ignore");
    }

    private JsonObject task(String name) {
        return WorkBench.task(name, repository.directory().toString());
    }

    private static void assertDone(Outcome outcome) {
        assertThat(outcome.success()).as(outcome.error() + outcome.lines()).isTrue();
    }

    private static final String WORK = """
            echo one > committed; git add committed; git commit -qm one
            echo two > 'unträcked "x"'; echo changed > README.md
            echo staged > staged; git add staged; echo 'and more' >> staged
            rm src/d0/f0.txt; git rm -q src/d0/f1.txt
            mkdir target; echo built > target/out; mkdir -p .makima; echo ours > .makima/state
            """;

    @Test
    void everythingComesAlongAsItWasButBuildOutput() {
        Outcome first = bench.run(task("first"), WORK);
        assertDone(first);
        JsonObject task = task("second").put("continueFromTaskId", first.id());
        task.remove("repoUrl");
        Outcome second = bench.run(task, "true");
        assertDone(second);
        assertThat(second.directory()).isNotEqualTo(first.directory());
        String status = TestRepository.at(first.directory()).git("status", "--porcelain", "-z");
        assertThat(TestRepository.at(second.directory()).git("status", "--porcelain", "-z"))
                .isEqualTo(status)
                .contains("D  src/d0/f1.txt", " D src/d0/f0.txt", "AM staged", "??");
        assertThat(second.directory().resolve("committed")).hasContent("one");
        assertThat(second.directory().resolve("target")).doesNotExist();
        assertThat(second.directory().resolve(".makima/state")).doesNotExist();
        assertThat(second.says("goes on from task " + first.id())).isTrue();
        // Sent once more it goes on where it is, and the other's work does not come again.
        Outcome again = bench.run(task, "rm committed");
        assertDone(again);
        assertThat(again.directory()).isEqualTo(second.directory());
        assertThat(first.directory().resolve("committed")).exists();
    }

    @Test
    void withoutItsWorktreeThePatchIsTakenAndElseBothReasonsAreSaid() throws InterruptedException {
        Outcome first = bench.run(task("first"), "echo x > x; echo y > README.md");
        Patch patch = new Patches(new Git(Map.of("PATH", System.getenv("PATH"))), 1_000_000, 1_000_000)
                .make(
                        new Worktree(
                                TaskId.of(first.id()),
                                first.directory(),
                                repository.directory().resolve(".git"),
                                "x",
                                "main",
                                repository.head(),
                                List.of()),
                        repository.head());
        repository.git("worktree", "remove", "--force", first.directory().toString());
        JsonObject task = task("second").put("continueFromTaskId", first.id());
        Outcome neither = bench.run(task, "true");
        assertThat(neither.success()).isFalse();
        assertThat(neither.error()).contains(first.id(), "not on this machine", "no patch");
        Outcome broken = bench.run(task.copy().put("patchData", "%%").put("patchBaseSha", patch.baseSha()), "true");
        assertThat(broken.success()).isFalse();
        assertThat(broken.error()).contains("not on this machine", "; and ");
        Outcome second = bench.run(task.put("patchData", patch.base64()).put("patchBaseSha", patch.baseSha()), "true");
        assertDone(second);
        assertThat(second.directory().resolve("x")).hasContent("x");
        assertThat(second.directory().resolve("README.md")).hasContent("y");
        assertThat(second.says("continuing from the patch")).isTrue();
        // What failed left nothing behind that is in the way.
        assertThat(second.result().getString("branch")).endsWith(second.id().substring(0, 8));
    }

    @Test
    void aTaskNobodyKnowsCannotBeContinued() {
        String unknown = UUID.randomUUID().toString();
        for (JsonObject task : List.of(task("a"), WorkBench.task("a", "new://x"), WorkBench.task("a"))) {
            Outcome outcome = bench.run(task.put("continueFromTaskId", unknown), "true");
            assertThat(outcome.success()).isFalse();
            assertThat(outcome.error()).contains("cannot continue from task " + unknown, "; and ");
        }
        JsonObject selfish = task("self");
        Outcome itself = bench.run(selfish.put("continueFromTaskId", selfish.getString("taskId")), "true");
        assertThat(itself.error()).contains("cannot continue");
        Outcome other = bench.run(WorkBench.task("b", repository.directory().toString()), "true");
        TestRepository elsewhere = TestRepository.create(temp.resolve("elsewhere"));
        Outcome mixed = bench.run(
                WorkBench.task("c", elsewhere.directory().toString()).put("continueFromTaskId", other.id()), "true");
        assertThat(mixed.error()).contains("another repository");
    }

    @Test
    void aChainGoesOnInARepositoryMadeForItsFirstTask() {
        Outcome first = bench.run(WorkBench.task("first", "new://chain"), "echo x > x");
        Outcome second =
                bench.run(WorkBench.task("second", "new://chain").put("continueFromTaskId", first.id()), "echo y > y");
        assertDone(second);
        assertThat(second.directory()).isNotEqualTo(first.directory());
        assertThat(second.directory().resolve("x")).exists();
    }

    @Test
    void aTaskWithoutARepositoryGoesOnWithTheOthersFiles() throws IOException {
        Outcome first =
                bench.run(WorkBench.task("first"), "mkdir -p a/b; echo x > a/b/c; echo y > -rf; ln -s /etc out");
        Outcome second = bench.run(WorkBench.task("second").put("continueFromTaskId", first.id()), "echo z >> a/b/c");
        assertDone(second);
        assertThat(second.directory().resolve("a/b/c")).hasContent("x\nz");
        assertThat(second.directory().resolve("-rf")).hasContent("y");
        assertThat(Files.exists(second.directory().resolve("out"))).isFalse();
        assertThat(first.directory().resolve("a/b/c")).hasContent("x");
    }

    @Test
    void aTaskThatWorkedInItsSupervisorsWorktreeIsContinuedFromThere() {
        Outcome supervisor = bench.run(task("boss"), "echo plan > plan");
        Outcome member = bench.run(task("member").put("supervisorWorktreeTaskId", supervisor.id()), "echo x > x");
        Outcome next = bench.run(task("next").put("continueFromTaskId", member.id()), "true");
        assertDone(next);
        assertThat(next.directory()).isNotEqualTo(supervisor.directory());
        assertThat(next.directory().resolve("x")).exists();
        assertThat(next.directory().resolve("plan")).exists();
    }
}
