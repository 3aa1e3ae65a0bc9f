package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.WorkBench.Outcome;
import dev.makima.testkit.Await;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a task works, through a daemon and a server of the base protocol. */
class WorkplaceTest {
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
        repository = TestRepository.create(temp.resolve("my répo"), 1);
    }

    private JsonObject task(String name) {
        return WorkBench.task(name, repository.directory().toString());
    }

    private static void assertDone(Outcome outcome) {
        assertThat(outcome.success()).as(outcome.error() + outcome.lines()).isTrue();
    }

    private static String patch(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    static String addsFile(String name) throws IOException {
        return patch("diff --git a/" + name + " b/" + name + "\nnew file mode 100644\nindex 0000000..587be6b\n"
                + "--- /dev/null\n+++ b/" + name + "\n@@ -0,0 +1 @@\n+x\n");
    }

    // --- the supervisor's worktree

    @Test
    void aSupervisorThatIsNotHereIsSaidAndATaskMayNameItself() {
        JsonObject task = task("a");
        String unknown = UUID.randomUUID().toString();
        Outcome own = bench.run(task.copy().put("supervisorWorktreeTaskId", unknown), "true");
        assertDone(own);
        assertThat(own.says("supervisor", unknown, "not on this machine")).isTrue();
        assertThat(own.directory().getFileName().toString()).startsWith(own.id().substring(0, 8));
        JsonObject selfish = task("self");
        assertDone(bench.run(selfish.put("supervisorWorktreeTaskId", selfish.getString("taskId")), "touch x"));
        assertThat(bench.about("mergePatchToSupervisor", selfish.getString("taskId")))
                .isEmpty();
    }

    @Test
    void aSupervisorWithoutARepositorySharesItsDirectory() {
        Outcome supervisor = bench.run(WorkBench.task("boss"), "echo note > note.txt");
        Outcome member = bench.run(
                WorkBench.task("member").put("supervisorWorktreeTaskId", supervisor.id()),
                "cat note.txt && touch seen");
        assertDone(member);
        assertThat(member.directory()).isEqualTo(supervisor.directory());
        assertThat(supervisor.directory().resolve("seen")).exists();
    }

    // --- resume, and the same id again

    @Test
    void aResumedTaskHasItsWorktreeAgainWhateverElseItIsSentWith() throws IOException {
        JsonObject task = task("--resume me \"x\"");
        Outcome first = bench.run(task, "echo mine > mine.txt; echo changed > README.md");
        bench.restart();
        task.remove("repoUrl");
        Outcome second =
                bench.run(task.put("resumeSession", true).put("patchData", addsFile("p")), "echo more >> mine.txt");
        assertDone(second);
        assertThat(second.directory()).isEqualTo(first.directory());
        assertThat(second.directory().resolve("mine.txt")).hasContent("mine\nmore");
        assertThat(second.directory().resolve("README.md")).hasContent("changed");
        Outcome third = bench.run(task.put("repoUrl", "/no/such/repository"), "true");
        assertDone(third);
        assertThat(third.directory()).isEqualTo(first.directory());
    }

    @Test
    void theSameIdAgainReusesTheWorktreeAndCopiesNothingOverIt() {
        Outcome parent = bench.run(task("parent"), "echo secret > .env");
        JsonObject task = task("again").put("parentTaskId", parent.id()).put("copyFiles", new JsonArray().add(".env"));
        Outcome first = bench.run(task, "cat .env > seen; echo mine > .env");
        assertThat(first.directory().resolve("seen")).hasContent("secret");
        Outcome second = bench.run(task, "true");
        assertThat(second.directory()).isEqualTo(first.directory());
        assertThat(second.directory().resolve(".env")).hasContent("mine");
    }

    @Test
    void aTaskThatWasStoppedAndIsStartedAnewFindsItsWorktreeAsItWasLeft() {
        JsonObject task = task("stopped");
        String id = task.getString("taskId");
        bench.server().send(task.copy().put("env", new JsonObject().put("WORK", """
                                echo done > committed; git add .; git commit -qm done
                                echo staged > staged; git add staged; echo half > README.md; echo new > untracked
                                says begun; sleep 60""")));
        Duration patience = Duration.ofSeconds(20);
        bench.server().await(frame -> frame.getString("output", "").contains("begun"), patience);
        bench.server().send(Peers.interrupt(id, false));
        bench.server()
                .await(
                        frame -> id.equals(frame.getString("taskId"))
                                && "interrupted".equals(frame.getString("newStatus")),
                        patience);
        Outcome anew = bench.run(task, "true");
        assertDone(anew);
        assertThat(anew.says("Working on in " + anew.directory())).isTrue();
        assertThat(anew.says("conversation is resumed")).isFalse();
        TestRepository worktree = TestRepository.at(anew.directory());
        assertThat(worktree.git("status", "--porcelain").lines())
                .containsExactly(" M README.md", "A  staged", "?? untracked");
        assertThat(worktree.resolve("README.md")).hasContent("half");
        assertThat(worktree.git("log", "-1", "--format=%s").strip()).isEqualTo("done");
    }

    @Test
    void aPlaceWhereNoAgentHasWorkedYetGetsItsFilesAllTheSame() {
        JsonObject parent = task("parent");
        JsonObject child = task("child")
                .put("parentTaskId", parent.getString("taskId"))
                .put("copyFiles", new JsonArray().add(".env"));
        // It has a place, and no environment that an agent could be started in.
        bench.server().send(child.copy().put("env", new JsonObject().put("no=name", "x")));
        Await.until(
                Duration.ofSeconds(20),
                "the failure",
                () -> !bench.about("taskComplete", child.getString("taskId")).isEmpty());
        bench.run(parent, "echo secret > .env");
        Outcome second = bench.run(child, "cat .env > seen");
        assertDone(second);
        assertThat(second.directory().resolve("seen")).hasContent("secret");
    }

    @Test
    void aBranchWithoutItsWorktreeIsCheckedOutAgainWithThePatchOnTop() throws IOException {
        JsonObject task = task("gone");
        Outcome first = bench.run(task, "echo kept > kept.txt; git add .; git commit -qm kept; touch lost");
        repository.git("worktree", "remove", "--force", first.directory().toString());
        Outcome second = bench.run(
                task.put("resumeSession", true)
                        .put("patchData", addsFile("patched"))
                        .put("patchBaseSha", repository.head()),
                "true");
        assertDone(second);
        assertThat(second.directory().resolve("kept.txt")).exists();
        assertThat(second.directory().resolve("patched")).hasContent("x");
        assertThat(second.directory().resolve("lost")).doesNotExist();
    }

    // --- work of another daemon since

    private JsonObject again(JsonObject task, long fence, long made, String patch) {
        return task.copy()
                .put("resumeSession", true)
                .put("fence", fence)
                .put("patchFence", made)
                .put("patchData", patch)
                .put("patchBaseSha", repository.head())
                .put("conversationHistory", new JsonArray().add("words from elsewhere"));
    }

    @Test
    void whatAnotherDaemonDidSinceIsGoneOnWithAndWhatWasDoneHereStays() throws IOException {
        JsonObject task = task("back").put("fence", 1);
        Outcome first = bench.run(task, "echo old > old.txt; echo old > README.md");
        Outcome second = bench.run(again(task, 3, 2, addsFile("newer")), "ls > ../listed; echo mine > mine.txt");
        assertDone(second);
        assertThat(second.directory()).isNotEqualTo(first.directory());
        assertThat(second.directory().resolve("newer")).hasContent("x");
        assertThat(second.directory().resolve("old.txt")).doesNotExist();
        assertThat(first.directory().resolve("old.txt")).hasContent("old");
        assertThat(first.directory().resolve("README.md")).hasContent("old");
        assertThat(second.says("elsewhere", "stays in " + first.directory())).isTrue();
        assertThat(second.says("a new one begins with its history")).isTrue();
        assertThat(second.says("conversation is resumed")).isFalse();
        // What it has now is newer than the same once more, also for a daemon that was started since.
        bench.restart();
        Outcome third = bench.run(again(task, 4, 2, addsFile("newer")), "true");
        assertThat(third.directory()).isEqualTo(second.directory());
        assertThat(third.directory().resolve("mine.txt")).hasContent("mine");
    }

    @Test
    void whatIsHereIsGoneOnWithWhereNothingNewerCanBeHad() throws IOException {
        JsonObject task = task("here").put("fence", 2);
        Outcome first = bench.run(task, "echo unsaved > unsaved.txt");
        Outcome same = bench.run(again(task, 4, 2, addsFile("older")), "true");
        assertThat(same.directory()).isEqualTo(first.directory());
        assertThat(same.directory().resolve("older")).doesNotExist();
        Outcome broken = bench.run(again(task, 6, 5, patch("no patch")), "true");
        assertDone(broken);
        assertThat(broken.directory()).isEqualTo(first.directory());
        assertThat(broken.directory().resolve("unsaved.txt")).hasContent("unsaved");
        assertThat(broken.says("newer than what is here", "cannot be restored")).isTrue();
    }

    @Test
    void aTasksOwnWorkFromElsewhereComesBeforeWhatItOnceContinuedFrom() throws IOException {
        Outcome before = bench.run(task("before"), "echo before > before.txt");
        JsonObject task = task("after").put("continueFromTaskId", before.id());
        Outcome after = bench.run(again(task, 2, 1, addsFile("own")), "true");
        assertDone(after);
        assertThat(after.directory().resolve("own")).hasContent("x");
        assertThat(after.directory().resolve("before.txt")).doesNotExist();
    }

    // --- patches

    @Test
    void aPatchIsRestoredOnItsCommit() throws IOException {
        String base = repository.head();
        repository.commit("later.txt", "later\n", "later");
        Outcome outcome =
                bench.run(task("a").put("patchData", addsFile("with space ☃")).put("patchBaseSha", base), "true");
        assertDone(outcome);
        assertThat(outcome.directory().resolve("with space ☃")).hasContent("x");
        assertThat(outcome.directory().resolve("later.txt")).doesNotExist();
    }

    @Test
    void aPatchThatCannotBeRestoredIsSaidAndTheTaskGoesOn() throws IOException {
        String base = repository.head();
        String broken = Base64.getEncoder().encodeToString("no gzip".getBytes(StandardCharsets.UTF_8));
        for (JsonObject bad : new JsonObject[] {
            new JsonObject().put("patchData", broken).put("patchBaseSha", base),
            new JsonObject().put("patchData", "%%%").put("patchBaseSha", base),
            new JsonObject().put("patchData", patch("no patch")).put("patchBaseSha", base),
            new JsonObject().put("patchData", addsFile("../outside")).put("patchBaseSha", base),
            new JsonObject().put("patchData", addsFile("README.md")).put("patchBaseSha", base),
            new JsonObject().put("patchData", addsFile("x")).put("patchBaseSha", "--upload-pack=x"),
            new JsonObject().put("patchData", addsFile("x")).put("patchBaseSha", "0".repeat(40)),
            new JsonObject().put("patchData", addsFile("x"))
        }) {
            Outcome outcome = bench.run(task("a").mergeIn(bad), "git status --porcelain > ../status");
            assertDone(outcome);
            assertThat(outcome.lines())
                    .as(bad.encode())
                    .anyMatch(line -> line.toLowerCase(java.util.Locale.ROOT).contains("going on without the patch"));
            assertThat(outcome.directory().resolve("../status")).isEmptyFile();
        }
    }

    @Test
    void aPatchOfARepositoryThatWasMadeForATaskIsRestoredInANewOne() throws IOException {
        JsonObject task = WorkBench.task("a", "new://x")
                .put("patchData", addsFile("made"))
                .put("patchBaseSha", "1234567890123456789012345678901234567890");
        Outcome outcome = bench.run(task, "true");
        assertThat(outcome.directory().resolve("made")).hasContent("x");
        Outcome alone = bench.run(
                WorkBench.task("a").put("patchData", addsFile("made")).put("patchBaseSha", "1".repeat(40)), "true");
        assertDone(alone);
        assertThat(alone.says("patch", "no repository")).isTrue();
    }

    // --- repositories made for tasks

    @Test
    void aRepositoryMadeForATaskIsFoundByResume() {
        JsonObject task = WorkBench.task("a", "new://../Größe & co");
        Outcome first = bench.run(task, "echo x > x; git log --format='%s %an <%ae>' > log");
        String prefix = first.id().substring(0, 8);
        assertThat(first.directory().getParent()).isEqualTo(bench.home().resolve("repos"));
        assertThat(first.directory().getFileName().toString())
                .startsWith(prefix + "-")
                .doesNotContain("..", "&");
        assertThat(first.directory().resolve("log")).hasContent("Initial commit Makima <makima@localhost>");
        bench.restart();
        Outcome second = bench.run(task.put("resumeSession", true), "echo y >> x");
        assertThat(second.directory()).isEqualTo(first.directory());
        assertThat(second.directory().resolve("x")).hasContent("x\ny");
        Outcome nameless = bench.run(WorkBench.task("a", "new"), "true");
        assertThat(nameless.directory().getFileName()).hasToString(nameless.id().substring(0, 8) + "-new");
    }

    // --- files of the parent

    @Test
    void filesOfTheParentAreCopiedAndNothingFromOutside() throws IOException {
        Path secret = Files.writeString(temp.resolve("outside.txt"), "outside");
        Outcome parent = bench.run(
                task("parent"),
                "echo a > '.env ☃'; mkdir -p deep/er; echo b > deep/er/file; ln -s '" + secret
                        + "' link; ln -s /etc up; echo -n > -rf");
        Outcome child = bench.run(
                task("child")
                        .put("parentTaskId", parent.id())
                        .put(
                                "copyFiles",
                                new JsonArray()
                                        .add(".env ☃")
                                        .add("deep")
                                        .add("-rf")
                                        .add("link")
                                        .add("up/hostname")
                                        .add("../outside.txt")
                                        .add("deep/../../outside.txt")
                                        .add(secret.toString())
                                        .add(".git/config")
                                        .add("missing.txt")
                                        .add("")
                                        .add("nul\0byte")),
                "true");
        assertDone(child);
        assertThat(child.directory().resolve(".env ☃")).hasContent("a");
        assertThat(child.directory().resolve("deep/er/file")).hasContent("b");
        assertThat(child.directory().resolve("-rf")).exists();
        assertThat(child.directory().resolve("link")).doesNotExist();
        assertThat(child.directory().resolve("up")).doesNotExist();
        assertThat(secret).hasContent("outside");
        for (String refused : new String[] {"link", "up/hostname", "../outside.txt", ".git/config", "missing.txt"}) {
            assertThat(child.says("could not copy", refused)).as(refused).isTrue();
        }
        assertThat(child.lines().stream().filter(line -> line.contains("could not copy")))
                .hasSize(9);
    }

    @Test
    void withoutAParentHereFilesAreMissedInALine() {
        JsonArray files = new JsonArray().add(".env");
        Outcome orphan = bench.run(task("a").put("copyFiles", files), "true");
        assertDone(orphan);
        assertThat(orphan.says("copyFiles", "no parent")).isTrue();
        String unknown = UUID.randomUUID().toString();
        Outcome far = bench.run(task("a").put("copyFiles", files).put("parentTaskId", unknown), "true");
        assertDone(far);
        assertThat(far.says("copyFiles", unknown, "not on this machine")).isTrue();
    }

    // --- temporary directories

    @Test
    void temporaryDirectoriesOfFinishedTasksMakeRoom() throws IOException {
        JsonObject small = new JsonObject().put("temp", new JsonObject().put("maxBytes", 1_000_000));
        try (WorkBench other = new WorkBench(temp.resolve("other"), small, "")) {
            Outcome old = other.run(WorkBench.task("old"), "head -c 700000 /dev/zero > big");
            Outcome newer = other.run(WorkBench.task("newer"), "head -c 700000 /dev/zero > big");
            Path unknown = Files.createDirectory(other.home().resolve("temp/task-" + UUID.randomUUID()));
            Files.write(unknown.resolve("kept"), new byte[100_000]);
            // It is not measured at each task; the next daemon's first one does it.
            other.restart();
            other.run(WorkBench.task("now"), "true");
            Await.until(Duration.ofSeconds(30), "the oldest to go", () -> !Files.exists(old.directory()));
            assertThat(newer.directory().resolve("big")).exists();
            assertThat(unknown.resolve("kept")).exists();
        }
    }
}
