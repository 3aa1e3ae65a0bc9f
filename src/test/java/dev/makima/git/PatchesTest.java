package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatchesTest {
    private static final int MIB = 1024 * 1024;

    @TempDir
    private Path root;

    private GitFixture fixture;
    private Patches patches;
    private Path repository;

    @BeforeEach
    void setUp() {
        fixture = new GitFixture(root);
        patches = new Patches(fixture.git(), 10 * MIB, 16 * MIB);
        repository = fixture.repository("app");
        OddFiles.before(repository);
        fixture.commit(repository, "last", "x\n");
    }

    @Test
    void uncommittedWorkComesOutByteForByteInAnotherClone() throws Exception {
        Path elsewhere = fixture.cloneOf(repository, "elsewhere");
        Worktree worktree = fixture.worktrees().create(request(repository));
        fixture.commit(worktree.path(), "committed", "by the agent\n");
        OddFiles.change(worktree.path());
        fixture.sh(worktree.path(), "add", "staged");

        Patch patch = patches.make(worktree, worktree.baseSha());
        assertThat(patch.baseSha()).isEqualTo(worktree.baseSha());
        assertThat(patch.isEmpty()).isFalse();
        assertThat(patches.apply(elsewhere, patch.base64(), patch.baseSha()))
                .isInstanceOfSatisfying(
                        AppliedPatch.Clean.class,
                        clean -> assertThat(clean.paths()).hasSize(patch.filesChanged()));
        assertThat(OddFiles.everythingIn(elsewhere)).isEqualTo(OddFiles.everythingIn(worktree.path()));
        assertThat(fixture.sh(elsewhere, "diff", "--cached", "--name-only")).isEmpty();
    }

    @Test
    void aCheckpointComesOutByteForByteInAnotherClone() throws Exception {
        Path elsewhere = fixture.cloneOf(repository, "elsewhere");
        Worktree worktree = fixture.worktrees().create(request(repository));
        OddFiles.change(worktree.path());
        try (Checkpoints checkpoints = new Checkpoints(fixture.git())) {
            Checkpoint.Made made = (Checkpoint.Made) checkpoints.make(worktree, "half done", false);
            Patch patch = patches.make(worktree, worktree.baseSha(), made.commitSha());
            patches.apply(elsewhere, patch.gzip(), patch.baseSha());
        }
        assertThat(OddFiles.everythingIn(elsewhere)).isEqualTo(OddFiles.everythingIn(worktree.path()));
    }

    @Test
    void settingsAboutDiffsChangeNothing() throws Exception {
        Path elsewhere = fixture.cloneOf(repository, "elsewhere");
        String settings = """
                [diff]
                noprefix = true
                renames = copies
                context = 0
                submodule = log
                suppressBlankEmpty = true
                relative = true
                [diff "upper"]
                textconv = tr a-z A-Z <
                [color]
                diff = always
                [core]
                quotePath = false
                [apply]
                whitespace = fix
                """;
        write(fixture.home.resolve(".gitconfig"), GitFixture.read(fixture.home.resolve(".gitconfig")) + settings);
        Worktree worktree = fixture.worktrees().create(request(repository));
        write(worktree.path().resolve(".gitattributes"), "*.txt diff=upper\n*.dat -diff\n");
        write(worktree.path().resolve("a.txt"), "blanks at the end  \n\n\n\tand more \n");
        write(worktree.path().resolve("a.dat"), "text that is called binary\n");
        OddFiles.change(worktree.path());
        Patch patch = patches.make(worktree, worktree.baseSha());
        assertThat(patches.apply(elsewhere, patch.gzip(), patch.baseSha())).isInstanceOf(AppliedPatch.Clean.class);
        assertThat(OddFiles.everythingIn(elsewhere)).isEqualTo(OddFiles.everythingIn(worktree.path()));
    }

    @Test
    void makingAPatchLeavesNoTrace() throws Exception {
        Worktree worktree = fixture.worktrees().create(request(repository));
        OddFiles.change(worktree.path());
        fixture.sh(worktree.path(), "add", "staged");
        Path admin = GitFiles.adminDirectoryOf(worktree.path()).orElseThrow();
        byte[] index = Files.readAllBytes(admin.resolve("index"));
        String objects = fixture.sh(repository, "count-objects", "-v");
        write(admin.resolve("index.lock"), "held by the agent");
        patches.make(worktree, worktree.baseSha());
        patches.export(worktree, null);
        assertThat(admin.resolve("index")).hasBinaryContent(index);
        assertThat(fixture.sh(repository, "count-objects", "-v")).isEqualTo(objects);
    }

    @Test
    void numbersAreThoseOfTheChange() throws Exception {
        Worktree worktree = fixture.worktrees().create(request(repository));
        assertThat(patches.make(worktree, worktree.baseSha()).isEmpty()).isTrue();
        write(worktree.path().resolve("README"), "one\ntwo\n");
        write(worktree.path().resolve("new"), "1\n2\n3\n");
        Patch patch = patches.make(worktree, worktree.baseSha());
        assertThat(new DiffStat(patch.filesChanged(), patch.insertions(), patch.deletions()))
                .isEqualTo(new DiffStat(2, 5, 1));
        assertThat(new String(patch.plain(), StandardCharsets.UTF_8)).contains("diff --git a/new b/new\n");
    }

    @Test
    void aLargePatchIsRefusedWithTheLimit() throws Exception {
        Worktree worktree = fixture.worktrees().create(request(repository));
        byte[] noise = new byte[300_000];
        new Random(7).nextBytes(noise);
        Files.write(worktree.path().resolve("noise"), noise);
        Patches small = new Patches(fixture.git(), 200_000, 200_000);
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> small.make(worktree, worktree.baseSha()))
                .withMessageContaining("larger than the limit of 200000 bytes");
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> small.export(worktree, null))
                .withMessageContaining("larger than the limit of 200000 bytes");
        assertThat(patches.make(worktree, worktree.baseSha()).gzip()).hasSizeGreaterThan(200_000);
    }

    @Test
    void anExportIsTextThatGitApplyTakes() throws Exception {
        Path elsewhere = fixture.cloneOf(repository, "elsewhere");
        Worktree worktree = fixture.worktrees().create(request(repository));
        fixture.commit(worktree.path(), "committed", "by the agent\n");
        OddFiles.change(worktree.path());
        Patches.Export export = patches.export(worktree, null);
        assertThat(export.baseSha()).isEqualTo(worktree.baseSha());
        assertThat(export.text()).contains("+by the agent");
        fixture.sh(
                elsewhere,
                "apply",
                "--whitespace=nowarn",
                write(root.resolve("patch"), export.text()).toString());
        assertThat(OddFiles.everythingIn(elsewhere)).isEqualTo(OddFiles.everythingIn(worktree.path()));
        assertThat(patches.export(worktree, fixture.sh(worktree.path(), "rev-parse", "HEAD"))
                        .text())
                .doesNotContain("by the agent");
    }

    @Test
    void anExportOfOtherEncodingsIsStillExact() throws Exception {
        Path elsewhere = fixture.cloneOf(repository, "elsewhere");
        Worktree worktree = fixture.worktrees().create(request(repository));
        Files.write(worktree.path().resolve("latin"), "größe\n".getBytes(StandardCharsets.ISO_8859_1));
        write(worktree.path().resolve("README"), "größe\n");
        Patches.Export export = patches.export(worktree, null);
        fixture.sh(
                elsewhere, "apply", write(root.resolve("patch"), export.text()).toString());
        assertThat(OddFiles.everythingIn(elsewhere)).isEqualTo(OddFiles.everythingIn(worktree.path()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "--output=/tmp/x", "main", "", "0123", "ABCDEF0123"})
    void aBaseThatIsNoHashIsRefused(String base) throws Exception {
        Worktree worktree = fixture.worktrees().create(request(repository));
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> patches.make(worktree, base))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION));
    }

    @Test
    void aCommitThatIsNotHereIsNamed() throws Exception {
        Worktree worktree = fixture.worktrees().create(request(repository));
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> patches.make(worktree, "a".repeat(40)))
                .withMessageContaining("there is no commit " + "a".repeat(40));
    }

    @Test
    void aWorktreeThatIsGoneIsNotLookedForFurtherUp() throws IOException, InterruptedException {
        Worktree worktree = fixture.worktrees().create(request(repository));
        fixture.sh(root, "init", "-q");
        Files.delete(worktree.path().resolve(".git"));
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> patches.make(worktree, worktree.baseSha()))
                .withMessageContaining("is not the worktree of task");
    }
}
