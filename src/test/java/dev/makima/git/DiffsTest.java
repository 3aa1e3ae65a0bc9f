package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffsTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private Worktree worktree;
    private Diffs diffs;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        repository = fixture.repository("app");
        worktree = fixture.worktrees().create(request(repository));
        diffs = new Diffs(fixture.git());
    }

    @Test
    void theTasksDiffHoldsCommittedUncommittedAndNewFiles() throws InterruptedException {
        fixture.commit(worktree.path(), "committed", "one\n");
        write(worktree.path().resolve("README"), "hello\nstaged\n");
        fixture.sh(worktree.path(), "add", "README");
        write(worktree.path().resolve("new dir/größe ☃"), "new\n");
        write(worktree.path().resolve("empty"), "");
        write(repository.resolve(".git/info/exclude"), "*.log\n/.makima/\n");
        write(worktree.path().resolve("debug.log"), "ignored\n");
        write(worktree.path().resolve(".makima/helper"), "ours\n");
        String before = fixture.sh(worktree.path(), "status", "--porcelain=v2");
        String diff = diffs.task(worktree);
        assertThat(diff)
                .contains("+++ b/committed\n@@ -0,0 +1 @@\n+one\n")
                .contains(" hello\n+staged\n")
                .contains("+++ b/new dir/größe ☃")
                .contains("diff --git a/empty b/empty\nnew file mode 100644\n")
                .doesNotContain("debug.log", "helper")
                .endsWith("\n");
        assertThat(fixture.sh(worktree.path(), "status", "--porcelain=v2")).isEqualTo(before);
        assertThat(diffs.worktree(worktree, null)).contains("staged", "größe").doesNotContain("committed");
    }

    @Test
    void itCanBeAppliedToTheBase() throws InterruptedException {
        write(worktree.path().resolve("dir/new"), "new\n\n");
        write(worktree.path().resolve("README"), "changed\nwithout an end");
        Path patch = write(root.resolve("patch"), diffs.task(worktree));
        Path clone = fixture.cloneOf(repository, "clone");
        fixture.sh(clone, "apply", patch.toString());
        assertThat(clone.resolve("dir/new")).hasContent("new\n\n");
        assertThat(clone.resolve("README")).hasContent("changed\nwithout an end");
    }

    @Test
    void renamesBinariesAndSymlinksAreShownAsSuch() throws InterruptedException, IOException {
        fixture.sh(worktree.path(), "mv", "README", "read me");
        Files.write(worktree.path().resolve("binary"), new byte[] {0, 1, -1});
        Files.createSymbolicLink(worktree.path().resolve("link"), Path.of("dir/elsewhere"));
        Files.write(worktree.path().resolve("latin"), new byte[] {'g', 'r', (byte) 0xf6, '\n'});
        assertThat(diffs.task(worktree))
                .contains("rename from README\nrename to read me")
                .contains("Binary files /dev/null and b/binary differ")
                .contains("new file mode 120000")
                .contains("+dir/elsewhere")
                .contains("+gr\uFFFD");
    }

    @Test
    void oneFileIsToldAboutByItsNameAsItIs() throws InterruptedException {
        for (String name : List.of("a*", ":(top)b", "-c", "with space", "größe", "a1")) {
            write(worktree.path().resolve(name), name + "\n");
        }
        for (String name : List.of("a*", ":(top)b", "-c", "with space", "größe")) {
            assertThat(diffs.worktree(worktree, new RelativePath(name)))
                    .contains("+" + name + "\n")
                    .containsOnlyOnce("diff --git");
        }
        assertThat(diffs.worktree(worktree, new RelativePath("nowhere"))).isEmpty();
        assertThat(diffs.worktree(worktree, new RelativePath("README"))).isEmpty();
    }

    @Test
    void nothingBehindASymlinkIsShown() throws InterruptedException, IOException {
        write(root.resolve("outside/secret"), "password\n");
        Files.createSymbolicLink(worktree.path().resolve("link"), root.resolve("outside"));
        assertThat(diffs.task(worktree)).doesNotContain("password");
        assertThat(diffs.worktree(worktree, new RelativePath("link/secret"))).isEmpty();
        assertThat(diffs.worktree(worktree, new RelativePath("link"))).contains("outside");
    }

    @Test
    void aDiffThatIsTooLongIsAFailureAndNotACutText() throws InterruptedException {
        write(worktree.path().resolve("long"), "0123456789\n".repeat(1000));
        Diffs small = new Diffs(fixture.git(), 10_000);
        assertThatThrownBy(() -> small.task(worktree))
                .isInstanceOf(MakimaException.class)
                .hasMessageContaining("longer than 10000 bytes");
        assertThat(new Diffs(fixture.git(), 20_000).task(worktree)).contains("0123456789");
    }

    @Test
    void configurationOfTheUserChangesNothing() throws InterruptedException {
        for (String[] setting : new String[][] {
            {"diff.noprefix", "true"},
            {"diff.mnemonicPrefix", "true"},
            {"color.diff", "always"},
            {"color.ui", "always"},
            {"diff.context", "0"},
            {"diff.external", "false"},
            {"diff.renames", "false"},
            {"diff.relative", "true"},
            {"core.quotePath", "true"}
        }) {
            fixture.sh(repository, "config", setting[0], setting[1]);
        }
        write(worktree.path().resolve("README"), "hello\nmore\n");
        assertThat(diffs.task(worktree))
                .contains("diff --git a/README b/README")
                .endsWith("--- a/README\n+++ b/README\n@@ -1 +1,2 @@\n hello\n+more\n");
    }

    @Test
    void aMergeInProgressALockedIndexAndAMissingHeadCanBeLookedAt() throws InterruptedException {
        fixture.commit(worktree.path(), "README", "ours\n");
        Worktree other = fixture.worktrees().create(request(repository));
        fixture.commit(other.path(), "README", "theirs\n");
        fixture.git().run(worktree.path(), Duration.ofSeconds(20), "merge", other.branch());
        assertThat(diffs.worktree(worktree, null)).contains("<<<<<<<");
        write(TaskCheckout.admin(other).resolve("index.lock"), "");
        assertThat(diffs.task(other)).contains("+theirs");
        Worktree third = fixture.worktrees().create(request(repository));
        fixture.sh(third.path(), "checkout", "-q", "--orphan", "fresh");
        assertThat(diffs.worktree(third, null)).contains("+hello");
        assertThat(diffs.task(third)).isEmpty();
    }

    @Test
    void submodulesAreOneLineAndAWorktreeThatIsGoneIsAFailure() throws Exception {
        GitFixture.directory(worktree.path().resolve("sub"));
        fixture.sh(worktree.path().resolve("sub"), "init", "-q");
        String commit = fixture.commit(worktree.path().resolve("sub"), "file", "x\n");
        assertThat(diffs.task(worktree)).contains("+Subproject commit " + commit);
        Undisturbed.deleteTree(worktree.path());
        assertThatThrownBy(() -> diffs.task(worktree)).isInstanceOf(MakimaException.class);
        assertThatThrownBy(() -> diffs.worktree(worktree, null)).isInstanceOf(MakimaException.class);
    }
}
