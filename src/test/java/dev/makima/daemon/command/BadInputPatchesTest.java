package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Patches that are none, do not fit, or want out. */
class BadInputPatchesTest {
    @TempDir
    private static Path root;

    private static CommandBench bench;
    private static TestRepository repository;
    private static WireTask task;
    private String head = "";
    private String worktrees = "";

    @BeforeAll
    static void startDaemon() {
        bench = CommandBench.start(root);
        repository = bench.repository("repository");
        task = bench.done(repository);
    }

    @AfterAll
    static void stopDaemon() {
        bench.close();
    }

    @BeforeEach
    void look() {
        head = task.worktree().head();
        worktrees = task.worktree().git("worktree", "list");
    }

    private static JsonObject command(WireTask target, String patch, String base) {
        return new JsonObject()
                .put("type", "applyPatchToWorktree")
                .put("targetTaskId", target.id())
                .put("sourceTaskId", UUID.randomUUID().toString())
                .put("patchData", patch)
                .put("baseSha", base);
    }

    private void assertRefused(String patch, String base) {
        JsonObject line = bench.ask(command(task, patch, base));
        assertThat(line.getBoolean("isPartial")).isFalse();
        assertThat(line.getString("output")).isNotBlank();
        assertThat(task.worktree().head()).isEqualTo(head);
        assertThat(task.worktree().git("status", "--porcelain"))
                .as(line.encode())
                .isEmpty();
        assertThat(task.worktree().git("worktree", "list")).isEqualTo(worktrees);
    }

    private static String adding(String path) {
        return """
                diff --git a/PATH b/PATH
                new file mode 100644
                index 0000000..587be6b
                --- /dev/null
                +++ b/PATH
                @@ -0,0 +1 @@
                +x
                """.replace("PATH", path);
    }

    @Test
    void whatIsNoPatchIsRefused() {
        String plain = Base64.getEncoder().encodeToString("not gzip".getBytes(StandardCharsets.UTF_8));
        String good = Patches.of(adding("made"));
        for (String data : List.of(
                "",
                "!!! no base64 !!!",
                plain,
                good.substring(0, good.length() / 2),
                Patches.of("this is prose\n"),
                Patches.of("diff --git a/x b/x\n@@ -1 +1 @@\n"),
                Patches.of("\u0000\u0000"))) {
            assertRefused(data, head);
        }
    }

    @Test
    void whatDoesNotFitIsRefusedAndNothingIsTouched() {
        String change = """
                diff --git a/README.md b/README.md
                index 1111111..2222222 100644
                --- a/README.md
                +++ b/README.md
                @@ -1,3 +1,3 @@
                 one
                -two
                +2
                 three
                """;
        assertRefused(Patches.of(adding("made") + change), head);
        assertRefused(Patches.of(change.replace("README.md", "no such file")), head);
    }

    @Test
    void pathsThatLeaveTheWorktreeAreRefused() throws IOException {
        Path outside = task.place().resolveSibling("escaped");
        for (String path : List.of(
                "../escaped",
                "/tmp/escaped-" + task.id(),
                "a/../../escaped",
                ".git/hooks/post-checkout",
                ".git/config")) {
            assertRefused(Patches.of(adding(path)), head);
        }
        String link = """
                diff --git a/out b/out
                new file mode 120000
                index 0000000..1111111
                --- /dev/null
                +++ b/out
                @@ -0,0 +1 @@
                +..
                \\ No newline at end of file
                """;
        assertRefused(Patches.of(link + adding("out/escaped")), head);
        assertThat(outside).doesNotExist();
        assertThat(Files.exists(Path.of("/tmp/escaped-" + task.id()))).isFalse();
    }

    @Test
    void aBaseThatIsNoneIsRefusedOrGoneOnWithout() {
        for (String base : List.of("", "-x", "a..b", "HEAD", "x\u0000y", "--output=x")) {
            assertRefused(Patches.of(adding("made")), base);
        }
        assertThat(repository.isClean()).isTrue();
    }

    @Test
    void aTaskThatIsNotHereIsAnswered() {
        WireTask nobody = bench.unknown();
        JsonObject line = bench.ask(command(nobody, Patches.of(adding("made")), head));
        assertThat(line.getString("output")).isNotBlank();
        bench.assertAlive();
    }

    @Test
    void aTaskWithAPatchThatDoesNotFitSaysSoAndGoesOn() {
        JsonObject spawn = bench.spawn(repository.directory().toString())
                .put("patchData", "!!! no base64 !!!")
                .put("patchBaseSha", head);
        WireTask restored = bench.done(spawn, "echo x > work");
        assertThat(restored.place().resolve("work")).exists();
        assertThat(restored.lines()).anyMatch(line -> line.contains("patch"));
        JsonObject good = bench.spawn(repository.directory().toString())
                .put("patchData", Patches.of(adding("made")))
                .put("patchBaseSha", head);
        assertThat(bench.done(good, ":").place().resolve("made")).hasContent("x");
    }
}
