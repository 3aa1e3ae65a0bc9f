package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths, branch names and URLs that lead where they should not. */
class BadInputPathsTest {
    private static final List<String> BAD_BRANCHES = List.of(
            "",
            "-f",
            "--upload-pack=touch pwned",
            "a..b",
            "a b",
            "a\nb",
            "a\u0000b",
            "HEAD~1",
            "x^",
            "x:y",
            "@{u}",
            "@",
            "a//b",
            "/abs",
            "x.lock",
            ".hidden",
            "end/",
            "a".repeat(5000));

    @TempDir
    private static Path root;

    private static CommandBench bench;
    private static TestRepository repository;
    private static Path secret;
    private static WireTask task;

    @BeforeAll
    static void startDaemon() throws IOException {
        bench = CommandBench.start(root);
        secret = Files.writeString(root.resolve("secret"), "do not tell\n");
        repository = bench.repository("repository");
        Files.createSymbolicLink(repository.resolve("link out"), secret);
        Files.createSymbolicLink(repository.resolve("directory out"), root);
        Files.createSymbolicLink(repository.resolve("git inside"), Path.of(".git"));
        Files.writeString(repository.resolve("zero"), "a\u0000b");
        Files.createDirectory(repository.resolve("directory"));
        repository.write("directory/file", "x\n").commitAll("Odd ones");
        task = bench.done(repository);
    }

    @AfterAll
    static void stopDaemon() {
        bench.close();
    }

    /** Paths that leave a directory, or are none. */
    private static List<String> badPaths() {
        return List.of(
                "",
                "..",
                "../secret",
                "directory/../../secret",
                secret.toString(),
                "/etc/passwd",
                "link out",
                "directory out/secret",
                "a\u0000b",
                "\u0000",
                "./../secret",
                "x/" + "y".repeat(5000));
    }

    private static JsonObject read(String place, String file) {
        return bench.ask(new JsonObject()
                .put("type", "readRepoFile")
                .put("requestId", UUID.randomUUID().toString())
                .put("contractId", UUID.randomUUID().toString())
                .put("filePath", file)
                .put("repoPath", place));
    }

    @Test
    void noFileOutsideOfTheRepositoryIsRead() {
        List<String> paths = new ArrayList<>(badPaths());
        paths.addAll(List.of(
                ".git/config",
                ".GIT/config",
                "git inside/config",
                "directory",
                ".",
                "zero",
                "new\nline",
                "directory/.git"));
        for (String path : paths) {
            JsonObject answer =
                    WireTask.assertRefused(read(repository.directory().toString(), path));
            assertThat(answer.getValue("content")).as(path).isNull();
            assertThat(answer.encode()).doesNotContain("do not tell").doesNotContain("repositoryformatversion");
            assertThat(answer.getString("filePath")).isEqualTo(path);
        }
        for (String place :
                List.of("", "relative", root.toString(), "/proc/self", "a\u0000b", secret.toString(), "~nobody/x")) {
            WireTask.assertRefused(read(place, "README.md"));
        }
    }

    @Test
    void noConflictOutsideOfTheWorktreeIsResolved() {
        WireTask other = bench.done(repository);
        other.worktree().commit("README.md", "theirs\n", "Theirs");
        WireTask into = bench.done(repository);
        into.worktree().commit("README.md", "ours\n", "Ours");
        WireTask.assertRefused(into.ask("mergeStart", "sourceBranch", other.branch()));
        List<String> paths = new ArrayList<>(badPaths());
        paths.addAll(List.of(".git", ".git/config", "directory/file", "no such file", "*", ":(glob)**", "-f", "."));
        for (String path : paths) {
            for (String strategy : List.of("ours", "theirs")) {
                WireTask.assertRefused(into.ask("mergeResolve", "file", path, "strategy", strategy));
            }
        }
        for (String strategy : List.of("", "both", "OURS!", "--ours")) {
            JsonObject answer = bench.ask(
                    into.command("mergeResolve").put("file", "README.md").put("strategy", strategy));
            WireTask.assertRefused(answer);
        }
        assertThat(WireTask.strings(into.ask("mergeStatus"), "conflictedFiles")).containsExactly("README.md");
        assertThat(secret).hasContent("do not tell");
        WireTask.assertGood(into.ask("mergeAbort"));
    }

    @Test
    void nothingOutsideOfTheWorktreeIsShown() throws IOException {
        WireTask own = bench.done(repository);
        Files.createSymbolicLink(own.place().resolve("fresh link"), secret);
        for (String path : badPaths()) {
            JsonObject answer = own.ask("getWorktreeDiff", "file", path);
            assertThat(answer.encode()).doesNotContain("do not tell").doesNotContain("root:");
            // A path that is empty may mean all of them.
            assertThat(path.isEmpty() ? "" : answer.getString("diff", ""))
                    .as(path)
                    .isEmpty();
        }
    }

    @Test
    void aCloneGoesNowhereItShouldNot() throws IOException {
        Path existing = Files.createDirectory(root.resolve("existing"));
        Files.writeString(existing.resolve("file"), "x");
        Path dangling = Files.createSymbolicLink(root.resolve("dangling"), root.resolve("nowhere"));
        for (String target : List.of(
                "",
                "relative",
                "../up",
                existing.toString(),
                secret.toString(),
                secret + "/below a file",
                dangling.toString(),
                task.place().resolve("inside").toString(),
                "a\u0000b",
                "~nobody/x",
                "/proc/nowhere/clone",
                root + "/" + "y".repeat(300))) {
            JsonObject answer = WireTask.assertRefused(task.ask("cloneWorktree", "targetDir", target));
            assertThat(answer.getString("message")).isNotBlank();
        }
        assertThat(existing.resolve("file")).hasContent("x");
        assertThat(root.resolve("nowhere")).doesNotExist();
        assertThat(task.worktree().isClean()).isTrue();
    }

    @Test
    void everyPathIsLookedForAndAnswered() {
        for (String target : List.of("", "relative", "a\u0000b", "/etc/passwd", root.toString(), "\n", "~")) {
            JsonObject answer = task.ask("checkTargetExists", "targetDir", target);
            assertThat(answer.getValue("exists")).as(answer.encode()).isInstanceOf(Boolean.class);
            assertThat(answer.getValue("targetDir")).isInstanceOf(String.class);
        }
        assertThat(task.ask("checkTargetExists", "targetDir", root.toString()).getBoolean("exists"))
                .isTrue();
        assertThat(task.ask("checkTargetExists", "targetDir", "~").getString("targetDir"))
                .isEqualTo(bench.home.toString());
        bench.assertAlive();
    }

    @Test
    void aNameThatIsNoBranchIsRefusedByEveryCommand() {
        SourceFingerprint source = SourceFingerprint.of(repository);
        List<String> before = repository.branches();
        TestRepository worktree = task.worktree();
        String head = worktree.head();
        String branch = task.branch();
        for (String name : BAD_BRANCHES) {
            WireTask.assertRefused(task.ask("mergeStart", "sourceBranch", name));
            WireTask.assertRefused(task.ask("createBranch", "branchName", name));
            if (!name.isEmpty()) {
                WireTask.assertRefused(task.ask("mergeTaskToTarget", "targetBranch", name, "squash", true));
            }
            WireTask.assertRefused(task.ask("createPR", "title", "x", "branch", name.isEmpty() ? " " : name));
            if (!name.isEmpty() && !name.equals("@") && !name.startsWith("HEAD")) {
                WireTask.assertRefused(task.ask("createBranch", "branchName", "fine", "fromRef", name));
            }
        }
        for (String missing : List.of("no-such-branch", "refs/heads/none", "0".repeat(40))) {
            WireTask.assertRefused(task.ask("mergeStart", "sourceBranch", missing));
            WireTask.assertRefused(task.ask("createBranch", "branchName", "fine", "fromRef", missing));
        }
        WireTask.assertRefused(task.ask("createBranch", "branchName", "main"));
        assertThat(worktree.head()).isEqualTo(head);
        assertThat(task.branch()).isEqualTo(branch);
        assertThat(worktree.isClean()).isTrue();
        assertThat(repository.branches()).isEqualTo(before);
        source.assertUntouched();
        bench.assertAlive();
    }

    @Test
    void aBaseBranchThatIsNoneFailsTheTask() {
        for (String name : List.of("-f", "a..b", "--upload-pack=x", "no such", "missing", "x\u0000y")) {
            WireTask bad =
                    bench.begin(bench.spawn(repository.directory().toString()).put("baseBranch", name), ":");
            JsonObject end = bench.server.await("taskComplete", bad.id(), CommandBench.PATIENCE);
            assertThat(end.getBoolean("success")).as(name).isFalse();
            assertThat(end.getString("error")).isNotBlank();
        }
    }

    @Test
    void aUrlThatRunsProgramsIsNoRepository() {
        Path pwned = root.resolve("pwned");
        for (String url : List.of(
                "ext::sh -c touch% " + pwned,
                "ext::touch " + pwned,
                "fd::17",
                "--upload-pack=touch " + pwned,
                "-u./x",
                "ssh://-oProxyCommand=touch " + pwned + "/x",
                "ssh://-oProxyCommand=touch/x",
                "git@-oProxyCommand=touch:x",
                "file://-x",
                "http://",
                "a\u0000b",
                "\n",
                "javascript:alert(1)",
                "relative/path",
                "~nobody/x")) {
            WireTask bad = bench.begin(bench.spawn(url), ":");
            JsonObject end = bench.server.await("taskComplete", bad.id(), CommandBench.PATIENCE);
            assertThat(end.getBoolean("success")).as(url).isEqualTo(url.isBlank());
        }
        assertThat(pwned).doesNotExist();
        for (String target :
                List.of("ext::sh -c touch% " + pwned, "--upload-pack=touch " + pwned, "a\u0000b", "", "-x")) {
            WireTask own = bench.done(repository, "echo x > work");
            for (String action : List.of("branch", "merge", "pr")) {
                JsonObject answer = bench.ask(own.command("retryCompletionAction")
                        .put("taskName", "x")
                        .put("action", action)
                        .put("targetRepoPath", target));
                if (!target.isEmpty()) {
                    WireTask.assertRefused(answer);
                }
            }
        }
        assertThat(pwned).doesNotExist();
    }

    @Test
    void copiedFilesNeverLeaveEitherWorktree() throws IOException {
        WireTask parent = bench.done(repository, "echo 'API_KEY=x' > .env; mkdir -p sub; echo y > sub/file");
        Files.createSymbolicLink(parent.place().resolve("leak"), secret);
        JsonArray files =
                new JsonArray().add(".env").add("sub/file").add("leak").add("no such file");
        badPaths().forEach(files::add);
        JsonObject spawn = bench.spawn(repository.directory().toString())
                .put("parentTaskId", parent.id())
                .put("copyFiles", files);
        WireTask child = bench.done(spawn, ":");
        assertThat(child.place().resolve(".env")).hasContent("API_KEY=x");
        assertThat(child.place().resolve("sub/file")).hasContent("y");
        assertThat(child.place().resolve("leak")).doesNotExist();
        assertThat(secret).hasContent("do not tell");
        assertThat(child.lines()).anyMatch(line -> line.contains("no such file"));
        assertThat(child.lines()).anyMatch(line -> line.contains("../secret"));
        assertThat(child.lines()).noneMatch(line -> line.contains("do not tell"));
        // The parent's own file is as it was: an absolute path once emptied it.
        assertThat(parent.place().resolve(".env")).hasContent("API_KEY=x");
    }

    @Test
    void aPlaceToInheritAnIdentityFromIsAnsweredWhateverItIs() {
        for (String place : List.of(
                "relative",
                "/etc/passwd",
                "a\u0000b",
                "--global",
                root.resolve("none").toString())) {
            JsonObject answer =
                    bench.ask(new JsonObject().put("type", "inheritGitConfig").put("sourceDir", place));
            WireTask.assertRefused(answer);
        }
        bench.assertAlive();
    }

    @Test
    void aBaseOfAPatchIsACommitOrRefused() {
        for (String base : List.of("-x", "HEAD~9999", "a..b", "0".repeat(40), "x\u0000y", "--output=/tmp/x", "zz")) {
            WireTask.assertRefused(task.ask("createExportPatch", "baseSha", base));
        }
    }
}
