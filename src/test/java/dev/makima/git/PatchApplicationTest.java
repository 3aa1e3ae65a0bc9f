package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatchApplicationTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Patches patches;
    private Path repository;
    private Worktree source;
    private Worktree target;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        patches = new Patches(fixture.git(), 1 << 20, 1 << 20);
        repository = fixture.repository("app");
        write(repository.resolve(".gitignore"), ".env\n/build\n");
        fixture.commit(repository, "list", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        source = fixture.worktrees().create(request(repository));
        target = fixture.worktrees().create(request(repository));
    }

    private AppliedPatch carry() throws InterruptedException {
        Patch patch = patches.make(source, source.baseSha());
        return patches.apply(target.path(), patch.gzip(), patch.baseSha());
    }

    @Test
    void changesOnBothSidesGoTogether() throws InterruptedException {
        write(source.path().resolve("list"), "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
        write(source.path().resolve("new"), "x\n");
        write(target.path().resolve("list"), "1\n2\n3\n4\n5\n6\n7\n8\nnine\n");
        write(target.path().resolve("README"), "mine\n");
        fixture.sh(target.path(), "add", "README");
        assertThat(carry()).isEqualTo(new AppliedPatch.Clean(List.of("list", "new")));
        assertThat(target.path().resolve("list")).hasContent("one\n2\n3\n4\n5\n6\n7\n8\nnine\n");
        assertThat(fixture.sh(target.path(), "status", "--porcelain")).isEqualTo("M  README\n M list\n?? new");
    }

    @Test
    void committedChangesOfTheTargetAndRenamesGoTogetherToo() throws InterruptedException {
        write(source.path().resolve("list"), "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
        fixture.sh(target.path(), "mv", "list", "moved");
        fixture.commit(target.path(), "other", "x\n");
        assertThat(carry()).isEqualTo(new AppliedPatch.Clean(List.of("moved")));
        assertThat(target.path().resolve("moved")).hasContent("one\n2\n3\n4\n5\n6\n7\n8\n9\n");
    }

    @Test
    void theSamePatchTwiceChangesNothingMore() throws InterruptedException {
        write(source.path().resolve("list"), "one\n");
        assertThat(carry()).isEqualTo(new AppliedPatch.Clean(List.of("list")));
        assertThat(carry()).isEqualTo(new AppliedPatch.Clean(List.of()));
    }

    @Test
    void anEmptyPatchIsFine() throws InterruptedException {
        assertThat(carry()).isEqualTo(new AppliedPatch.Clean(List.of()));
    }

    @Test
    void conflictsAreNamedAndNothingIsTouched() throws IOException, InterruptedException {
        write(source.path().resolve("list"), "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
        write(source.path().resolve("both new"), "of the source\n");
        write(source.path().resolve("fits"), "x\n");
        Files.delete(source.path().resolve("README"));
        write(target.path().resolve("list"), "eins\n2\n3\n4\n5\n6\n7\n8\n9\n");
        write(target.path().resolve("both new"), "of the target\n");
        write(target.path().resolve("README"), "mine\n");
        var before = OddFiles.everythingIn(target.path());
        String status = fixture.sh(target.path(), "status", "--porcelain");
        assertThat(carry())
                .isInstanceOfSatisfying(
                        AppliedPatch.Conflicts.class,
                        conflicts ->
                                assertThat(conflicts.paths()).containsExactlyInAnyOrder("list", "both new", "README"));
        assertThat(OddFiles.everythingIn(target.path())).isEqualTo(before);
        assertThat(fixture.sh(target.path(), "status", "--porcelain")).isEqualTo(status);
    }

    @Test
    void withoutTheBaseCommitThePatchHasToFitAsItIs() throws InterruptedException {
        write(source.path().resolve("list"), "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
        write(source.path().resolve("a b\tc"), "x\n");
        Patch patch = patches.make(source, source.baseSha());
        String unknown = "b".repeat(40);
        assertThat(patches.apply(target.path(), patch.gzip(), unknown))
                .isEqualTo(new AppliedPatch.Clean(List.of("a b\tc", "list")));
        write(target.path().resolve("list"), "eins\n");
        write(target.path().resolve("a b\tc"), "y\n");
        assertThat(patches.apply(target.path(), patch.gzip(), unknown))
                .isInstanceOfSatisfying(
                        AppliedPatch.Conflicts.class,
                        conflicts -> assertThat(conflicts.paths()).hasSize(2).contains("list"));
        assertThat(target.path().resolve("list")).hasContent("eins");
    }

    @Test
    void anIgnoredFileInTheWayIsKept() throws IOException, InterruptedException {
        write(source.path().resolve(".gitignore"), "");
        write(source.path().resolve(".env"), "of the source\n");
        write(source.path().resolve("build/x"), "of the source\n");
        write(target.path().resolve(".env"), "a secret\n");
        Files.createSymbolicLink(target.path().resolve("build"), GitFixture.directory(root.resolve("outside")));
        assertThat(carry())
                .isInstanceOfSatisfying(
                        AppliedPatch.Conflicts.class,
                        conflicts -> assertThat(conflicts.paths()).containsExactlyInAnyOrder(".env", "build"));
        assertThat(target.path().resolve(".env")).hasContent("a secret");
        assertThat(root.resolve("outside")).isEmptyDirectory();
    }

    @Test
    void aMergeInProgressIsLeftAlone() throws InterruptedException {
        write(source.path().resolve("new"), "x\n");
        fixture.sh(target.path(), "checkout", "-q", "-b", "other");
        fixture.commit(target.path(), "other", "x\n");
        fixture.sh(target.path(), "checkout", "-q", target.branch());
        fixture.sh(target.path(), "merge", "-q", "--no-ff", "--no-commit", "other");
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(this::carry)
                .withMessageContaining("a merge is in progress");
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private void refused(byte[] patch, String words) {
        var before = OddFiles.everythingIn(target.path());
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> patches.apply(target.path(), patch, target.baseSha()))
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION));
        assertThat(OddFiles.everythingIn(target.path())).isEqualTo(before);
    }

    @Test
    void whatIsNoPatchIsRefused() throws InterruptedException {
        write(source.path().resolve("list"), "one\n".repeat(2000) + "end\n");
        byte[] good = patches.make(source, source.baseSha()).gzip();
        refused("plain text".getBytes(StandardCharsets.UTF_8), "not compressed with gzip");
        refused(new byte[0], "not compressed with gzip");
        refused(Arrays.copyOf(good, good.length / 2), "cut off");
        refused(Arrays.copyOf(good, good.length - 4), "cut off");
        byte[] damaged = good.clone();
        damaged[good.length / 2] ^= 0x55;
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> patches.apply(target.path(), damaged, target.baseSha()));
        refused(gzip("hello, this is no patch\n"), "not a whole git patch");
        String cut = "diff --git a/list b/list\n--- a/list\n+++ b/list\n@@ -1,9 +1,9 @@\n-1\n";
        refused(gzip(cut), "not a whole git patch");
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> patches.apply(target.path(), "no base64!", target.baseSha()))
                .withMessageContaining("not base64");
    }

    @Test
    void bombsAreDefused() {
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> PatchText.inflated(gzip("x".repeat(2_000_000)), 1_000_000))
                .withMessageContaining("larger than");
        String inner = "diff --git a/x b/x\nnew file mode 100644\nindex " + "0".repeat(40) + ".." + "1".repeat(40)
                + "\nGIT binary patch\nliteral 99999999999999999999\nHcmV?d00001\n\n";
        for (String size : List.of("9999999999999", "9999999999999 and more", "-1", " +9999999999")) {
            refused(gzip(inner.replace("99999999999999999999", size)), "larger than");
        }
        byte[] oneLine = PatchText.inflated(gzip("l".repeat(999_999)), 1_000_000);
        assertThat(oneLine).hasSize(999_999);
    }

    @Test
    void whatAPatchMayHaveFollowsTheHeap() {
        assertThat(Patches.plainLimit(256L << 20)).isEqualTo(32 << 20);
        assertThat(Patches.plainLimit(64L << 20)).isEqualTo(16 << 20);
        assertThat(Patches.plainLimit(64L << 30)).isEqualTo(256 << 20);
    }

    private static String adding(String path) {
        return "diff --git a/" + path + " b/" + path + "\nnew file mode 100644\n--- /dev/null\n+++ b/" + path
                + "\n@@ -0,0 +1 @@\n+evil\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "/etc/evil", "sub/../../../evil"})
    void pathsThatLeaveTheWorktreeAreRefused(String path) {
        refused(gzip(adding(path)), "outside of the worktree");
        assertThat(root.resolve("worktrees/evil")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {".git/hooks/pre-commit", ".GIT/config", "sub/.git/config", "git~1/config", ".git"})
    void gitsOwnFilesAreRefused(String path) {
        refused(gzip(adding(path)), "git's own files");
    }

    @Test
    void aLinkOutOfTheWorktreeIsNoWayOut() throws InterruptedException {
        GitFixture.directory(root.resolve("outside"));
        String link = "diff --git a/way b/way\nnew file mode 120000\n--- /dev/null\n+++ b/way\n@@ -0,0 +1 @@\n+"
                + root.resolve("outside") + "\n\\ No newline at end of file\n";
        try {
            patches.apply(target.path(), gzip(link + adding("way/evil")), target.baseSha());
        } catch (MakimaException e) {
            // Refused, or applied as a directory in place of the link: what counts is what is outside.
            assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION);
        }
        assertThat(root.resolve("outside")).isEmptyDirectory();
        String renaming = "diff --git a/../evil b/good\nsimilarity index 100%\nrename from ../evil\nrename to good\n";
        write(root.resolve("worktrees/evil"), "a secret\n");
        assertThat(patches.apply(target.path(), gzip(renaming), target.baseSha()))
                .isInstanceOf(AppliedPatch.Conflicts.class);
        assertThat(target.path().resolve("good")).doesNotExist();
        assertThat(root.resolve("outside")).isEmptyDirectory();
    }

    @Test
    void anInterruptLeavesNothingHalfDone() throws Exception {
        for (int i = 0; i < 300; i++) {
            write(source.path().resolve("d" + i % 20 + "/f" + i), "content " + i + "\n");
        }
        write(source.path().resolve("list"), "one\n");
        Patch patch = patches.make(source, source.baseSha());
        var before = OddFiles.everythingIn(target.path());
        int interrupted = 0;
        for (int millis = 1; millis < 150; millis += 20) {
            var failure = new java.util.concurrent.CompletableFuture<Boolean>();
            Thread caller = Thread.ofPlatform().start(() -> {
                try {
                    patches.apply(target.path(), patch.gzip(), patch.baseSha());
                    failure.complete(false);
                } catch (InterruptedException e) {
                    failure.complete(true);
                } catch (RuntimeException e) {
                    failure.completeExceptionally(e);
                }
            });
            caller.join(java.time.Duration.ofMillis(millis));
            caller.interrupt();
            if (failure.get(60, java.util.concurrent.TimeUnit.SECONDS)) {
                interrupted++;
                assertThat(OddFiles.everythingIn(target.path())).isEqualTo(before);
            } else {
                fixture.sh(target.path(), "checkout", "-q", ".");
                fixture.sh(target.path(), "clean", "-fdq");
            }
        }
        assertThat(interrupted).isPositive();
    }
}
