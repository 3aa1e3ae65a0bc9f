package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConflictResolutionTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private Worktree own;
    private Worktree other;
    private Merging merging;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        repository = fixture.repository("app");
        branchOff();
        merging = new Merging(fixture.git());
    }

    @Test
    void eitherSideCanBeTakenWhateverTheFileIsCalled() throws InterruptedException {
        List<String> names = List.of("with space", "dir/größe", "quote\"s", "line\nbreak", "-rf", ":(top)x", "a*");
        branchOff();
        for (String name : names) {
            write(own.path().resolve(name), "ours\n");
            write(other.path().resolve(name), "theirs\n");
        }
        start();
        for (String name : names) {
            MergeSide side = names.indexOf(name) % 2 == 0 ? MergeSide.THEIRS : MergeSide.OURS;
            MergeOutcome resolved = merging.resolve(own, new RelativePath(name), side);
            assertThat(resolved.success()).as(resolved.message()).isTrue();
            assertThat(resolved.conflicts()).hasSize(names.size() - names.indexOf(name) - 1);
            assertThat(own.path().resolve(name)).hasContent(side == MergeSide.OURS ? "ours" : "theirs");
        }
        MergeOutcome done = merging.commit(own, "done");
        assertThat(done.success()).as(done.message()).isTrue();
        assertThat(fixture.sh(own.path(), "status", "--porcelain")).isEmpty();
    }

    @Test
    void aFileDeletedOnOneSideStaysOrGoes() throws InterruptedException, IOException {
        fixture.commit(repository, "deep/er/gone", "base\n");
        fixture.commit(repository, "kept", "base\n");
        fixture.commit(repository, "ours-gone", "base\n");
        branchOff();
        for (String name : List.of("deep/er/gone", "kept")) {
            write(own.path().resolve(name), "changed\n");
            Files.delete(other.path().resolve(name));
        }
        Files.delete(own.path().resolve("ours-gone"));
        write(other.path().resolve("ours-gone"), "changed\n");
        assertThat(start().conflicts()).containsExactly("deep/er/gone", "kept", "ours-gone");
        assertThat(merging.resolve(own, new RelativePath("deep/er/gone"), MergeSide.THEIRS)
                        .success())
                .isTrue();
        assertThat(own.path().resolve("deep")).doesNotExist();
        assertThat(merging.resolve(own, new RelativePath("./kept"), MergeSide.OURS)
                        .success())
                .isTrue();
        assertThat(own.path().resolve("kept")).hasContent("changed");
        MergeOutcome last = merging.resolve(own, new RelativePath("ours-gone"), MergeSide.OURS);
        assertThat(last.message()).contains("no conflicts are left");
        assertThat(own.path().resolve("ours-gone")).doesNotExist();
        assertThat(merging.commit(own, "done").success()).isTrue();
        assertThat(fixture.sh(own.path(), "ls-tree", "-r", "--name-only", "HEAD"))
                .isEqualTo("README\nkept");
    }

    @Test
    void renamesSymlinksBinariesAndTheExecutableBitComeAsTheSideHasThem() throws InterruptedException, IOException {
        fixture.commit(repository, "old", "some\nlonger\ncontent\nto\nrecognise\n");
        fixture.commit(repository, "link", "a file yet\n");
        fixture.commit(repository, "script", "echo\n");
        branchOff();
        fixture.sh(own.path(), "mv", "old", "ours name");
        fixture.sh(other.path(), "mv", "old", "theirs name");
        Files.delete(other.path().resolve("link"));
        Files.createSymbolicLink(other.path().resolve("link"), Path.of("dir/elsewhere"));
        write(own.path().resolve("link"), "changed\n");
        Files.write(own.path().resolve("binary"), new byte[] {0, 1, 2});
        Files.write(other.path().resolve("binary"), new byte[] {0, 3, -1});
        write(own.path().resolve("script"), "ours\n");
        write(other.path().resolve("script"), "theirs\n");
        assertThat(other.path().resolve("script").toFile().setExecutable(true)).isTrue();
        List<String> conflicts = start().conflicts();
        assertThat(conflicts).contains("binary", "link", "script", "old", "ours name", "theirs name");
        for (String path : conflicts) {
            assertThat(merging.resolve(own, new RelativePath(path), MergeSide.THEIRS)
                            .success())
                    .as(path)
                    .isTrue();
        }
        assertThat(merging.commit(own, "done").success()).isTrue();
        assertThat(Files.readSymbolicLink(own.path().resolve("link"))).isEqualTo(Path.of("dir/elsewhere"));
        assertThat(own.path().resolve("binary")).hasBinaryContent(new byte[] {0, 3, -1});
        assertThat(own.path().resolve("script")).hasContent("theirs").isExecutable();
        assertThat(own.path().resolve("theirs name")).exists();
        assertThat(own.path().resolve("ours name")).doesNotExist();
        assertThat(fixture.sh(own.path(), "status", "--porcelain")).isEmpty();
    }

    @Test
    void aSubmoduleInConflictIsResolvedInTheIndex() throws InterruptedException {
        Path module = fixture.repository("module");
        String first = fixture.sh(module, "rev-parse", "HEAD");
        String second = fixture.commit(module, "more", "x\n");
        String third = fixture.commit(module, "even", "x\n");
        gitlink(repository, first);
        branchOff();
        gitlink(own.path(), second);
        gitlink(other.path(), third);
        fixture.git().run(GitCall.of(own.path(), Duration.ofSeconds(20), "merge", "--no-commit", other.branch()));
        assertThat(merging.status(own).conflictedFiles()).containsExactly("sub");
        MergeOutcome resolved = merging.resolve(own, new RelativePath("sub"), MergeSide.THEIRS);
        assertThat(resolved.success()).as(resolved.message()).isTrue();
        assertThat(merging.commit(own, "done").success()).isTrue();
        assertThat(fixture.sh(own.path(), "rev-parse", "HEAD:sub")).isEqualTo(third);
    }

    @Test
    void whatHasNoConflictIsNeverTouched() throws InterruptedException {
        branchOff();
        write(own.path().resolve("shared"), "ours\n");
        write(other.path().resolve("shared"), "theirs\n");
        start();
        write(own.path().resolve("README"), "edited\n");
        Path outside = write(root.resolve("worktrees/outside"), "mine\n");
        for (String name : List.of("README", "nowhere", ".git", "shared/deeper", ".")) {
            MergeOutcome refused = merging.resolve(own, new RelativePath(name), MergeSide.THEIRS);
            assertThat(refused.success()).as(name).isFalse();
            assertThat(refused.message()).contains("no conflict in");
        }
        assertThat(own.path().resolve("README")).hasContent("edited");
        assertThat(outside).hasContent("mine");
        merging.resolve(own, new RelativePath("shared"), MergeSide.OURS);
        assertThat(merging.resolve(own, new RelativePath("shared"), MergeSide.OURS)
                        .success())
                .isFalse();
        merging.commit(own, "x");
        assertThat(merging.resolve(own, new RelativePath("shared"), MergeSide.OURS)
                        .message())
                .contains("no merge is in progress");
    }

    @Test
    void noPathLeavesTheWorktreeByASymlink() throws InterruptedException, IOException {
        fixture.commit(repository, "dir/victim", "base\n");
        branchOff();
        write(own.path().resolve("dir/victim"), "changed\n");
        Files.delete(other.path().resolve("dir/victim"));
        start();
        Path outside = write(root.resolve("outside/victim"), "mine\n");
        Undisturbed.deleteTree(own.path().resolve("dir"));
        Files.createSymbolicLink(own.path().resolve("dir"), outside.getParent());
        for (MergeSide side : MergeSide.values()) {
            MergeOutcome refused = merging.resolve(own, new RelativePath("dir/victim"), side);
            assertThat(refused.success()).isFalse();
            assertThat(refused.message()).contains("symbolic link");
        }
        assertThat(outside).hasContent("mine");
        assertThat(merging.status(own).conflictedFiles()).containsExactly("dir/victim");
    }

    @Test
    void aDirectoryInTheWayIsNotDeleted() throws InterruptedException, IOException {
        branchOff();
        write(own.path().resolve("shared"), "ours\n");
        write(other.path().resolve("shared"), "theirs\n");
        start();
        Files.delete(own.path().resolve("shared"));
        write(own.path().resolve("shared/precious"), "kept\n");
        MergeOutcome refused = merging.resolve(own, new RelativePath("shared"), MergeSide.THEIRS);
        assertThat(refused.message()).contains("there is a directory where");
        assertThat(own.path().resolve("shared/precious")).hasContent("kept");
    }

    private void branchOff() throws InterruptedException {
        own = fixture.worktrees().create(request(repository));
        other = fixture.worktrees().create(request(repository));
    }

    private void gitlink(Path directory, String sha) {
        fixture.sh(directory, "update-index", "--add", "--cacheinfo", "160000," + sha + ",sub");
        fixture.sh(directory, "commit", "-q", "-m", "link " + sha);
    }

    /** Commits what both have, and merges the other's branch. */
    private MergeOutcome start() throws InterruptedException {
        for (Worktree worktree : List.of(own, other)) {
            fixture.sh(worktree.path(), "add", "--all");
            fixture.sh(worktree.path(), "commit", "-q", "-m", "work");
        }
        MergeOutcome started = merging.start(own, new RefName(other.branch()));
        assertThat(started.success()).isFalse();
        return started;
    }
}
