package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands about files, tasks, branches and directories whose names hold anything. */
class HostileNamesTest {
    private static final List<String> NAMES = List.of(
            "two words",
            "qu\"ote'd",
            "back\\slash",
            "line\nbreak",
            "tab\there",
            "größe 日本 🚀",
            "-dash",
            "--upload-pack=x",
            "a|b",
            "$(touch pwned)",
            "`touch pwned`; touch pwned",
            ":(glob)*",
            "*.txt",
            "deep/er/file name",
            "e\u0301 combining",
            "looks like\ndiff --git a/x b/x");

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

    private static TestRepository withNames(String directory) {
        TestRepository repository = bench.repository(directory);
        NAMES.forEach(name -> repository.write("old/" + name, "one\ntwo\nthree\n" + name + "\n"));
        repository.commitAll("Names");
        return repository;
    }

    @Test
    void uncommittedFilesOfAnyNameAreListedAndShown() {
        WireTask task = bench.done(withNames("it's a \"repo\" ünï"), ":");
        TestRepository worktree = task.worktree();
        NAMES.forEach(name -> {
            worktree.write("new/" + name, "a\nb\n");
            worktree.write("old/" + name, "one\n2\nthree\nfour\n");
        });
        JsonObject info = task.good("getWorktreeInfo");
        Map<String, String> seen = new TreeMap<>();
        WireTask.objects(info, "files")
                .forEach(file -> seen.put(
                        file.getString("path"),
                        file.getString("status") + " +" + file.getInteger("insertions") + " -"
                                + file.getInteger("deletions")));
        Map<String, String> expected = new TreeMap<>();
        NAMES.forEach(name -> {
            expected.put("new/" + name, "A +2 -0");
            int lines = (int) name.lines().count();
            expected.put("old/" + name, "M +2 -" + (1 + lines));
        });
        assertThat(seen).isEqualTo(expected);
        assertThat(info.getInteger("filesChanged")).isEqualTo(2 * NAMES.size());
        assertThat(info.getInteger("insertions")).isEqualTo(4 * NAMES.size());
        assertThat(info.getString("worktreePath")).isEqualTo(task.place().toString());
        assertThat(info.getString("branch")).isEqualTo(task.branch());
        assertThat(info.getString("headSha")).isEqualTo(worktree.head());
        for (String name : NAMES.subList(0, 11)) {
            String one = task.good("getWorktreeDiff", "file", "new/" + name).getString("diff");
            assertThat(one.lines().filter(line -> line.startsWith("diff --git")))
                    .as("%s: %s", name, one)
                    .hasSize(1);
            assertThat(one).contains("+a\n+b\n").doesNotContain("+four");
        }
        String all = task.good("getWorktreeDiff").getString("diff");
        assertThat(all.lines().filter(line -> line.startsWith("diff --git"))).hasSize(2 * NAMES.size());
    }

    @Test
    void theWholeChangeOfATaskCanBeAppliedElsewhere() throws IOException {
        TestRepository repository = withNames("exported");
        repository.write("renamed from", "1\n2\n3\n4\n5\n6\n").write("mode", "#!/bin/sh\n");
        Files.write(repository.resolve("binary"), new byte[] {0, 1, 2, (byte) 0xff, 0, 10});
        repository.commitAll("More");
        WireTask task = bench.done(repository, "git commit -q --allow-empty -m 'the agent'");
        TestRepository worktree = task.worktree();
        worktree.git("mv", "renamed from", "renamed to größe");
        assertThat(worktree.resolve("mode").toFile().setExecutable(true)).isTrue();
        Files.write(worktree.resolve("binary"), new byte[] {0, 3, 2, (byte) 0xfe, 0, 10});
        Files.createSymbolicLink(worktree.resolve("dangling link"), Path.of("../no/where"));
        NAMES.forEach(name -> worktree.write("new/" + name, name));
        NAMES.forEach(name -> worktree.write("old/" + name, "1\n"));

        JsonObject export = task.good("createExportPatch");
        assertThat(export.getString("baseCommitSha")).isEqualTo(repository.head());
        // A rename is a deletion and an addition there.
        assertThat(export.getInteger("filesCount")).isEqualTo(5 + 2 * NAMES.size());
        TestRepository elsewhere = repository.cloneTo(root.resolve("elsewhere"));
        Path file = Files.writeString(root.resolve("the.patch"), export.getString("patchContent"));
        elsewhere.git("apply", "--index", file.toString());
        // For people: a rename is one, and a binary file is only named.
        assertThat(task.good("getTaskDiff").getString("diff"))
                .contains("rename to renamed to größe", "Binary files a/binary and b/binary differ", "+../no/where");
        worktree.git("add", "-A");
        assertThat(elsewhere.git("write-tree")).isEqualTo(worktree.git("write-tree"));
    }

    @Test
    void aCheckpointTellsFilesAndLinesOfAnyName() {
        TestRepository repository = withNames("checkpoints");
        repository.commit("renamed from", "1\n2\n3\n4\n5\n6\n", "More");
        SourceFingerprint source = SourceFingerprint.of(repository);
        WireTask task = bench.done(repository, ":");
        TestRepository worktree = task.worktree();
        worktree.git("mv", "renamed from", "renamed to größe");
        NAMES.forEach(name -> worktree.write("new/" + name, "a\nb\n"));
        JsonObject answer = task.good("createCheckpoint", "message", "before \"it\" | größe\n\nand more");
        assertThat(answer.getString("message")).isEqualTo("before \"it\" | größe\n\nand more");
        assertThat(answer.getValue("checkpointNumber")).isNull();
        assertThat(answer.getString("branchName")).isEqualTo(task.branch());
        assertThat(answer.getInteger("linesAdded")).isEqualTo(2 * NAMES.size());
        assertThat(answer.getInteger("linesRemoved")).isZero();
        Map<String, String> files = new TreeMap<>();
        WireTask.objects(answer, "filesChanged")
                .forEach(file -> files.put(file.getString("path"), file.getString("action")));
        Map<String, String> expected = new TreeMap<>(Map.of("renamed to größe", "R"));
        NAMES.forEach(name -> expected.put("new/" + name, "A"));
        assertThat(files).isEqualTo(expected);
        assertThat(worktree.revision(answer.getString("commitSha"))).isNotEmpty();
        assertThat(worktree.git("log", "-1", "--format=%B", answer.getString("commitSha")))
                .startsWith("before \"it\" | größe\n\nand more");
        source.assertUntouched();
    }

    @Test
    void conflictsInFilesOfAnyNameAreResolvedOneByOne() {
        TestRepository repository = bench.repository("conflicts");
        List<String> names = NAMES.subList(0, 8);
        names.forEach(name -> repository.write(name, "base\n"));
        repository.commitAll("Base");
        WireTask other = bench.done(repository, ":");
        names.forEach(name -> other.worktree().write(name, "theirs\n"));
        other.worktree().commitAll("theirs | all");
        WireTask task = bench.done(repository, ":");
        names.forEach(name -> task.worktree().write(name, "ours\n"));
        task.worktree().commitAll("ours");

        JsonObject begun = task.ask("mergeStart", "sourceBranch", other.branch());
        WireTask.assertRefused(begun);
        assertThat(WireTask.strings(begun, "conflicts")).containsExactlyInAnyOrderElementsOf(names);
        JsonObject status = task.ask("mergeStatus");
        assertThat(status.getBoolean("inProgress")).isTrue();
        assertThat(status.getString("sourceBranch")).isEqualTo(other.branch());
        assertThat(WireTask.strings(status, "conflictedFiles")).containsExactlyInAnyOrderElementsOf(names);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (i % 4 == 0) {
                WireTask.assertRefused(task.ask("mergeCommit", "message", "too early"));
            }
            WireTask.assertGood(task.ask("mergeResolve", "file", name, "strategy", i % 2 == 0 ? "ours" : "theirs"));
        }
        JsonObject end = task.good("mergeCommit", "message", "merge \"it\"\n\nwith | more");
        assertThat(end.getString("commitSha")).isEqualTo(task.worktree().head());
        assertThat(task.worktree().subjects("HEAD").getFirst()).isEqualTo("merge \"it\"");
        for (int i = 0; i < names.size(); i++) {
            assertThat(task.place().resolve(names.get(i))).hasContent(i % 2 == 0 ? "ours" : "theirs");
        }
        assertThat(task.ask("mergeStatus").getBoolean("inProgress")).isFalse();
        assertThat(task.ask("checkMergeComplete").getInteger("mergedCount")).isEqualTo(1);
    }

    @Test
    void aTasksNameMayBeAnything() {
        TestRepository repository = bench.repository("task names");
        SourceFingerprint source = SourceFingerprint.of(repository);
        for (String name : List.of(
                "--upload-pack=touch pwned",
                "../../etc/passwd",
                "日本語",
                "a\nb\u0000c\"d'",
                "x".repeat(5000),
                "   ",
                ".git")) {
            JsonObject spawn = bench.spawn(repository.directory().toString()).put("taskName", name);
            WireTask task = bench.done(spawn, "echo x > made");
            assertThat(task.place().getParent()).isEqualTo(bench.home.resolve("worktrees"));
            JsonObject ended = bench.ask(task.command("retryCompletionAction")
                    .put("taskName", name)
                    .put("action", "branch")
                    .put("targetRepoPath", repository.directory().toString()));
            WireTask.assertGood(ended);
            String made = task.worktree().head();
            assertThat(repository.git("branch", "--contains", made)).contains("makima/");
            assertThat(repository.git("log", "-1", "--format=%s", made)).startsWith("feat: ");
        }
        source.assertUntouched();
    }

    @Test
    void branchesMayHaveAnyNameThatGitTakes() {
        TestRepository repository = bench.repository("branch names");
        WireTask task = bench.done(repository, ":");
        for (String name : List.of("größe/日本", "qu\"ote'd", "$(touch-pwned);x|y", "makima/ünï")) {
            JsonObject made = task.good("createBranch", "branchName", name);
            assertThat(made.getString("branchName")).isEqualTo(name);
            assertThat(task.branch()).isEqualTo(name);
            task.worktree().commit("file", name, "on " + name);
        }
        for (String name : List.of("größe/日本", "qu\"ote'd")) {
            JsonObject merged =
                    WireTask.assertGood(task.ask("mergeTaskToTarget", "targetBranch", name, "squash", false));
            assertThat(repository.revision(name)).isEqualTo(merged.getString("commitSha"));
        }
        assertThat(repository.resolve("pwned")).doesNotExist();
    }

    @Test
    void filesOfAnyNameAreReadAndWorktreesClonedToAnyPlace() {
        TestRepository repository = withNames("read ünï \"it\"");
        for (String name : NAMES) {
            JsonObject content = bench.ask(new JsonObject()
                    .put("type", "readRepoFile")
                    .put("requestId", UUID.randomUUID().toString())
                    .put("contractId", UUID.randomUUID().toString())
                    .put("filePath", "old/" + name)
                    .put("repoPath", repository.directory().toString()));
            assertThat(content.getBoolean("success")).as(content.encode()).isTrue();
            assertThat(content.getString("filePath")).isEqualTo("old/" + name);
            assertThat(content.getString("content")).isEqualTo("one\ntwo\nthree\n" + name + "\n");
        }
        WireTask task = bench.done(repository, ":");
        NAMES.forEach(name -> task.worktree().write("new/" + name, name));
        Path target = bench.home.resolve("not yet/there/qu\"ote 日本\nline");
        JsonObject clone = task.good("cloneWorktree", "targetDir", "~/not yet/there/qu\"ote 日本\nline");
        assertThat(clone.getString("targetDir")).isEqualTo(target.toString());
        JsonObject there = task.ask("checkTargetExists", "targetDir", "~/not yet/there/qu\"ote 日本\nline");
        assertThat(there.getBoolean("exists")).isTrue();
        assertThat(there.getString("targetDir")).isEqualTo(target.toString());
        NAMES.forEach(name -> assertThat(target.resolve("new/" + name)).hasContent(name));
        assertThat(TestRepository.at(target).git("remote")).isBlank();
    }
}
