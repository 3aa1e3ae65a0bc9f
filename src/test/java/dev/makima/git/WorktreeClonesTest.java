package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorktreeClonesTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private Worktree worktree;
    private WorktreeClones clones;
    private Path target;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        repository = fixture.repository("app");
        fixture.commit(repository, "deleted", "x\n");
        worktree = fixture.worktrees().create(request(repository));
        clones = new WorktreeClones(fixture.git());
        target = root.resolve("new parent/größe 100%");
    }

    @Test
    void theCloneHasTheHistoryAndTheFilesAsTheyLieThere() throws Exception {
        Path path = worktree.path();
        String head = fixture.commit(path, "committed", "x\n");
        write(path.resolve("README"), "edited\n");
        write(path.resolve("staged"), "staged\n");
        fixture.sh(path, "add", "staged");
        write(path.resolve("dir/line\nbreak \"q\" größe"), "new\n");
        Files.delete(path.resolve("deleted"));
        Files.createSymbolicLink(path.resolve("link"), Path.of("dir/elsewhere"));
        write(path.resolve("script"), "#!/bin/sh\n");
        assertThat(path.resolve("script").toFile().setExecutable(true)).isTrue();
        Files.write(path.resolve("binary"), new byte[] {0, -1});
        write(repository.resolve(".git/info/exclude"), "*.log\n/.makima/\n");
        write(path.resolve("debug.log"), "ignored\n");
        write(path.resolve(".makima/helper"), "ours\n");
        assertThat(clones.clone(worktree, target)).isEqualTo(target);
        assertThat(fixture.sh(target, "rev-parse", "HEAD")).isEqualTo(head);
        assertThat(fixture.sh(target, "symbolic-ref", "--short", "HEAD")).isEqualTo(worktree.branch());
        assertThat(fixture.sh(target, "remote")).isEmpty();
        assertThat(fixture.branches(target)).isEqualTo(worktree.branch());
        assertThat(fixture.sh(target, "log", "--format=%s").lines()).hasSize(3);
        assertThat(fixture.sh(target, "-c", "core.quotePath=false", "status", "--porcelain", "-uall"))
                .isEqualTo(
                        "M README\n D deleted\n?? binary\n?? \"dir/line\\nbreak \\\"q\\\" größe\"\n?? link\n?? script\n?? staged");
        assertThat(target.resolve("script")).isExecutable();
        assertThat(Files.readSymbolicLink(target.resolve("link"))).isEqualTo(Path.of("dir/elsewhere"));
        assertThat(target.resolve("debug.log")).doesNotExist();
        assertThat(target.resolve(".makima")).doesNotExist();
        try (Stream<Path> left = Files.list(root.resolve("new parent"))) {
            assertThat(left).containsExactly(target);
        }
        assertThat(fixture.sh(path, "status", "--porcelain")).contains("A  staged");
    }

    @Test
    void itSharesNothingWithWhereItCameFrom() throws Exception {
        clones.clone(worktree, target);
        Undisturbed.deleteTree(repository);
        Undisturbed.deleteTree(worktree.path());
        assertThat(target.resolve(".git/objects/info/alternates")).doesNotExist();
        fixture.sh(target, "fsck", "--full");
        fixture.commit(target, "own", "x\n");
    }

    @Test
    void aTargetThatExistsIsRefusedAndNothingIsTouched() throws Exception {
        assertFails(write(root.resolve("file"), "kept\n"), ErrorCode.CONFLICT, "exists already");
        assertFails(GitFixture.directory(root.resolve("empty")), ErrorCode.CONFLICT, "exists already");
        Path dangling = Files.createSymbolicLink(root.resolve("dangling"), root.resolve("nowhere"));
        assertFails(dangling, ErrorCode.CONFLICT, "exists already");
        assertFails(Path.of("/"), ErrorCode.CONFLICT, "exists already");
        assertFails(Path.of("relative/path"), ErrorCode.VALIDATION, "not an absolute path");
        assertFails(worktree.path().resolve("a/b"), ErrorCode.VALIDATION, "lies in the worktree");
        Files.createSymbolicLink(root.resolve("alias"), worktree.path());
        assertFails(root.resolve("alias/b"), ErrorCode.VALIDATION, "lies in the worktree");
        assertFails(repository.resolve(".git/b"), ErrorCode.VALIDATION, "lies in the worktree");
        assertFails(root.resolve("file/below"), ErrorCode.IO, "cannot make the clone");
        assertThat(root.resolve("file")).hasContent("kept");
        assertThat(fixture.sh(worktree.path(), "status", "--porcelain")).isEmpty();
        Undisturbed.deleteTree(worktree.path());
        assertFails(root.resolve("fresh"), ErrorCode.CONFLICT, "is not the worktree of task");
    }

    @Test
    void theHomeDirectoryMayBeWrittenAsATilde() throws InterruptedException {
        assertThat(clones.expand(Path.of("~/x/../clone"))).isEqualTo(fixture.home.resolve("clone"));
        assertThat(clones.clone(worktree, Path.of("~/deep/clone"))).isEqualTo(fixture.home.resolve("deep/clone"));
        assertThat(fixture.home.resolve("deep/clone/README")).exists();
    }

    @Test
    void aDetachedHeadGetsTheTasksBranchAndOneWithoutACommitNone() throws InterruptedException {
        fixture.sh(worktree.path(), "checkout", "-q", "--detach");
        clones.clone(worktree, target);
        assertThat(fixture.sh(target, "symbolic-ref", "--short", "HEAD")).isEqualTo(worktree.branch());
        fixture.sh(worktree.path(), "checkout", "-q", "--orphan", "fresh");
        Path second = root.resolve("second");
        clones.clone(worktree, second);
        assertThat(fixture.sh(second, "symbolic-ref", "HEAD")).isEqualTo("refs/heads/fresh");
        assertThat(fixture.sh(second, "status", "--porcelain")).isEqualTo("?? README\n?? deleted");
    }

    @Test
    void shallowBareAndNewRepositoriesCanBeCloned() throws InterruptedException {
        fixture.sh(root, "clone", "-q", "--depth=1", "file://" + repository, "shallow");
        clones.clone(fixture.worktrees().create(request(root.resolve("shallow"))), target);
        assertThat(fixture.sh(target, "log", "--format=%s")).isEqualTo("add deleted");
        clones.clone(fixture.worktrees().create(request("file://" + repository, null)), root.resolve("one"));
        assertThat(root.resolve("one/README")).exists();
        clones.clone(fixture.worktrees().create(request("new://x", null)), root.resolve("two"));
        assertThat(fixture.sh(root.resolve("two"), "log", "--format=%s")).isEqualTo("Initial commit");
    }

    @Test
    void nothingBehindASymlinkIsCopied() throws InterruptedException, IOException {
        fixture.commit(worktree.path(), "dir/file", "x\n");
        write(root.resolve("outside/file"), "secret\n");
        Undisturbed.deleteTree(worktree.path().resolve("dir"));
        Files.createSymbolicLink(worktree.path().resolve("dir"), root.resolve("outside"));
        clones.clone(worktree, target);
        assertThat(target.resolve("dir")).isSymbolicLink();
        assertThat(fixture.sh(target, "status", "--porcelain")).isEqualTo("D dir/file\n?? dir");
    }

    @Test
    void aSubmoduleIsAnEmptyDirectoryAndAnUnknownRepositoryIsCopied() throws InterruptedException {
        for (String name : new String[] {"sub", "nested"}) {
            GitFixture.directory(worktree.path().resolve(name));
            fixture.sh(worktree.path().resolve(name), "init", "-q");
            fixture.commit(worktree.path().resolve(name), "file", "x\n");
        }
        fixture.sh(worktree.path(), "add", "sub");
        fixture.sh(worktree.path(), "commit", "-q", "-m", "sub");
        clones.clone(worktree, target);
        assertThat(target.resolve("sub")).isEmptyDirectory();
        assertThat(fixture.sh(target.resolve("nested"), "log", "--format=%s")).isEqualTo("add file");
        assertThat(fixture.sh(target, "status", "--porcelain")).isEqualTo("?? nested/");
    }

    @Test
    void aMergeInProgressIsClonedAsItsFilesAre() throws InterruptedException {
        Worktree other = fixture.worktrees().create(request(repository));
        fixture.commit(worktree.path(), "README", "ours\n");
        fixture.commit(other.path(), "README", "theirs\n");
        new Merging(fixture.git()).start(worktree, new RefName(other.branch()));
        clones.clone(worktree, target);
        assertThat(target.resolve("README")).content().contains("<<<<<<<");
        assertThat(fixture.sh(target, "status", "--porcelain")).isEqualTo("M README");
    }

    private void assertFails(Path place, ErrorCode code, String what) {
        assertThatThrownBy(() -> clones.clone(worktree, place))
                .isInstanceOfSatisfying(
                        MakimaException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code))
                .hasMessageContaining(what);
    }
}
