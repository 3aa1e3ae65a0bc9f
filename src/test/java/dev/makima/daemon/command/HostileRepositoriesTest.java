package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks and commands in repositories of every shape. */
class HostileRepositoriesTest {
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

    /** What every task's repository must be able to answer, whatever its shape. */
    private static void assertEverythingIsAnswered(WireTask task) {
        TestRepository worktree = task.worktree();
        worktree.write("work of the agent", "one\ntwo\n");
        JsonObject info = task.good("getWorktreeInfo");
        assertThat(info.getInteger("filesChanged")).as(info.encode()).isEqualTo(1);
        assertThat(info.getInteger("insertions")).isEqualTo(2);
        assertThat(task.good("getWorktreeDiff").getString("diff")).contains("+two");
        JsonObject checkpoint = task.good("createCheckpoint", "message", "a checkpoint");
        assertThat(checkpoint.getString("commitSha")).hasSizeGreaterThanOrEqualTo(40);
        JsonObject commit = task.good("commitWorktree", "message", "by command");
        assertThat(commit.getString("commitSha")).isEqualTo(worktree.head());
        assertThat(worktree.isClean()).isTrue();
        assertThat(task.good("getTaskDiff").getString("diff")).contains("+two");
        assertThat(task.good("createExportPatch").getInteger("filesCount")).isEqualTo(1);
        JsonObject list = task.ask("listBranches");
        assertThat(WireTask.objects(list, "branches")).as(list.encode()).anySatisfy(branch -> {
            assertThat(branch.getString("taskId")).isEqualTo(task.id());
            assertThat(branch.getString("lastCommitMessage")).isEqualTo("by command");
        });
        assertThat(task.ask("mergeStatus").getBoolean("inProgress")).isFalse();
        Path clone = bench.root.resolve("clones").resolve(task.id());
        task.good("cloneWorktree", "targetDir", clone.toString());
        assertThat(clone.resolve("work of the agent")).hasContent("one\ntwo");
    }

    /** What the task has made is merged into a branch of its own, and then nothing of the task is left. */
    private static void assertEnds(WireTask task, String target) {
        JsonObject merged = WireTask.assertGood(task.ask("mergeTaskToTarget", "targetBranch", target, "squash", false));
        assertThat(merged.getString("commitSha")).hasSizeGreaterThanOrEqualTo(40);
        Path place = task.place();
        task.good("cleanupWorktree", "deleteBranch", true);
        assertThat(place).doesNotExist();
    }

    @Test
    void aDetachedHeadStaysWhereItIs() {
        TestRepository repository = bench.repository("detached");
        repository.branch("kept").commit("more", "x\n", "More");
        repository.git("checkout", "-q", "--detach", "HEAD~1");
        repository.write("README.md", "being edited\n").write("new", "untracked\n");
        SourceFingerprint source = SourceFingerprint.of(repository);
        WireTask task = bench.done(repository);
        assertEverythingIsAnswered(task);
        assertEnds(task, "kept");
        source.assertOnlyChanged("kept");
    }

    @Test
    void aBareRepositoryAndAFileUrlAndASubdirectoryWillDo() {
        TestRepository repository = bench.repository("plain");
        repository.write("deep/er/file", "x\n").commitAll("Deep");
        TestRepository bare = repository.bareClone(root.resolve("bare ünï.git"));
        bare.git("branch", "target");
        repository.branch("target");
        SourceFingerprint ofBare = SourceFingerprint.of(bare);
        SourceFingerprint ofPlain = SourceFingerprint.of(repository);
        WireTask inBare = bench.done(bare);
        assertEverythingIsAnswered(inBare);
        assertEnds(inBare, "target");
        ofBare.assertOnlyChanged("target");

        WireTask below = bench.done(bench.spawn(repository.resolve("deep/er").toString()), ":");
        assertEverythingIsAnswered(below);
        assertEnds(below, "target");
        ofPlain.assertOnlyChanged("target");

        SourceFingerprint beforeClone = SourceFingerprint.of(repository);
        WireTask byUrl = bench.done(bench.spawn("file://" + repository.directory()), ":");
        assertEverythingIsAnswered(byUrl);
        assertEnds(byUrl, "target");
        beforeClone.assertUntouched();
    }

    @Test
    void aShallowCloneWillDo() {
        TestRepository repository = bench.repository("deep history");
        for (int i = 0; i < 4; i++) {
            repository.commit("file", "version " + i + "\n", "Commit " + i);
        }
        TestRepository shallow = TestRepository.at(root.resolve("shallow"));
        repository.git(
                "clone",
                "-q",
                "--depth=2",
                "file://" + repository.directory(),
                shallow.directory().toString());
        shallow.git("config", "user.name", "Test Author");
        shallow.git("config", "user.email", "author@example.org");
        shallow.branch("target");
        SourceFingerprint source = SourceFingerprint.of(shallow);
        WireTask task = bench.done(shallow);
        assertEverythingIsAnswered(task);
        assertEnds(task, "target");
        source.assertOnlyChanged("target");
        assertThat(shallow.git("rev-parse", "--is-shallow-repository").strip()).isEqualTo("true");
    }

    @Test
    void anEmptyRepositoryIsRefusedWithHowToMendItAndNothingIsLeft() {
        TestRepository repository = TestRepository.empty(root.resolve("empty"));
        SourceFingerprint source = SourceFingerprint.of(repository);
        JsonObject spawn = bench.spawn(repository.directory().toString());
        WireTask task = bench.begin(spawn, ":");
        JsonObject end = bench.server.await("taskComplete", task.id(), CommandBench.PATIENCE);
        assertThat(end.getBoolean("success")).isFalse();
        assertThat(end.getString("error"))
                .contains("commit")
                .contains(repository.directory().toString());
        source.assertUntouched();
        assertThat(repository.branches()).isEmpty();
        WireTask.assertRefused(task.ask("getTaskDiff"));
        assertThat(task.good("cleanupWorktree", "deleteBranch", true).getString("message"))
                .isNotBlank();
    }

    @Test
    void submodulesAndLinksAreTakenAsTheyAre() throws IOException {
        TestRepository library = bench.repository("library");
        TestRepository repository = bench.repository("with submodule");
        repository.git(
                "-c",
                "protocol.file.allow=always",
                "submodule",
                "--quiet",
                "add",
                library.directory().toString(),
                "lib");
        Path secret = Files.writeString(root.resolve("secret"), "do not tell\n");
        Files.createSymbolicLink(repository.resolve("inside"), Path.of("README.md"));
        Files.createSymbolicLink(repository.resolve("dangling"), Path.of("no/where"));
        Files.createSymbolicLink(repository.resolve("outside"), secret);
        Files.createSymbolicLink(repository.resolve("directory out"), root);
        repository.commitAll("Submodule and links");
        repository.branch("target");
        SourceFingerprint source = SourceFingerprint.of(repository);
        WireTask task = bench.done(repository);
        assertEverythingIsAnswered(task);

        TestRepository worktree = task.worktree();
        Files.delete(worktree.resolve("inside"));
        Files.createSymbolicLink(worktree.resolve("inside"), secret);
        Files.createSymbolicLink(worktree.resolve("new link out"), root.resolve("secret"));
        String diff = task.good("getWorktreeDiff").getString("diff");
        assertThat(diff).contains("new link out").doesNotContain("do not tell");
        Path clone = root.resolve("clone with links");
        task.good("cloneWorktree", "targetDir", clone.toString());
        assertThat(clone.resolve("new link out")).isSymbolicLink();
        assertEnds(task, "target");
        source.assertOnlyChanged("target");
        assertThat(secret).hasContent("do not tell");
    }

    @Test
    void twoUrlsWithTheSameLastPartNeverShareAClone() {
        TestRepository one = TestRepository.create(root.resolve("one/app.git"));
        one.commit("which", "one\n", "One");
        TestRepository two = TestRepository.create(root.resolve("two/app.git"));
        two.commit("which", "two\n", "Two");
        List<WireTask> tasks = List.of(
                bench.begin(bench.spawn("file://" + one.directory()), ":"),
                bench.begin(bench.spawn("file://" + two.directory()), ":"));
        for (WireTask task : tasks) {
            assertThat(bench.server
                            .await("taskComplete", task.id(), CommandBench.PATIENCE)
                            .getBoolean("success"))
                    .isTrue();
        }
        assertThat(tasks.get(0).place().resolve("which")).hasContent("one");
        assertThat(tasks.get(1).place().resolve("which")).hasContent("two");
        for (WireTask task : tasks) {
            assertThat(WireTask.objects(task.ask("listBranches"), "branches")).hasSize(1);
        }
    }

    @Test
    void laterTasksOfAUrlGetItsNewestCode() {
        TestRepository origin = bench.repository("moving");
        String url = "file://" + origin.directory();
        bench.done(bench.spawn(url), ":");
        origin.commit("README.md", "newer\n", "Newer");
        WireTask later = bench.done(bench.spawn(url), ":");
        assertThat(later.place().resolve("README.md")).hasContent("newer");
        assertThat(later.worktree().head()).isEqualTo(origin.head());
    }

    @Test
    void whatTheRepositoryWantsRunIsNotRun() throws IOException {
        TestRepository repository = bench.repository("hooks");
        repository.branch("target");
        Path mark = repository.markingHooks();
        Path ran = root.resolve("filter-ran");
        repository.git("config", "core.fsmonitor", "touch '" + ran + "'");
        repository.git("config", "diff.external", "touch '" + ran + "'");
        repository.git("config", "core.pager", "touch '" + ran + "'");
        repository.git("config", "core.editor", "touch '" + ran + "'");
        repository.git("config", "core.sshCommand", "touch '" + ran + "'");
        repository.git("config", "merge.tool", "touch '" + ran + "'");
        Files.deleteIfExists(mark);
        Files.deleteIfExists(ran);
        WireTask task = bench.done(repository);
        Files.writeString(task.place().resolve("work of the agent"), "x\n");
        task.good("getWorktreeInfo");
        task.good("getWorktreeDiff");
        task.good("getTaskDiff");
        task.good("createCheckpoint", "message", "it");
        task.good("commitWorktree", "message", "it");
        task.ask("listBranches");
        task.good("createExportPatch");
        task.good("createBranch", "branchName", "by/command");
        assertEnds(task, "target");
        assertThat(mark).doesNotExist();
        assertThat(ran).doesNotExist();
    }

    @Test
    void aRepositoryOfATasksOwnIsNeverDeleted() {
        WireTask task = bench.done(bench.spawn("new://My App"), "echo x > made");
        Path place = task.place();
        assertThat(place.getFileName().toString()).isEqualTo(task.id().substring(0, 8) + "-my-app");
        assertThat(place.getParent()).isEqualTo(bench.home.resolve("repos"));
        assertEverythingIsAnsweredOn(task, "main");
        task.ask("cleanupWorktree", "deleteBranch", true);
        assertThat(place.resolve("made")).exists();
        assertThat(TestRepository.at(place).subjects("main")).endsWith("Initial commit");
    }

    private static void assertEverythingIsAnsweredOn(WireTask task, String branch) {
        JsonObject info = task.good("getWorktreeInfo");
        assertThat(info.getString("branch")).isEqualTo(branch);
        assertThat(task.good("getTaskDiff").getString("diff")).contains("made");
        task.good("createCheckpoint", "message", "it");
        task.good("commitWorktree", "message", "all of it");
    }

    @Test
    void aFileOfARepositoryIsReadWhateverItsShape() {
        TestRepository repository = bench.repository("to read");
        repository.write("deep/er/file", "plain\n").commitAll("Deep");
        TestRepository bare = repository.bareClone(root.resolve("to read.git"));
        for (Path place : List.of(repository.directory(), bare.directory())) {
            JsonObject content = bench.ask(read(place.toString(), "deep/er/file"));
            assertThat(content.getString("content")).as(content.encode()).isEqualTo("plain\n");
        }
        JsonObject home = bench.ask(read("~/no such repository", "x"));
        WireTask.assertRefused(home);
    }

    private static JsonObject read(String repository, String file) {
        return new JsonObject()
                .put("type", "readRepoFile")
                .put("requestId", UUID.randomUUID().toString())
                .put("contractId", UUID.randomUUID().toString())
                .put("filePath", file)
                .put("repoPath", repository);
    }
}
