package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories of which only a part is cloned or checked out. */
class CheckoutRulesTest {
    private static final RelativePath FILE = new RelativePath(".makima/project.toml");

    @TempDir
    private Path temp;

    private GitFixture fixture;
    private Path repository;
    private Worktrees worktrees;

    /** Takes each line "sparse x" and "depth n" of the file. */
    private static final CheckoutRules LINES = new CheckoutRules() {
        @Override
        public Optional<RelativePath> file(String named, @Nullable Path common) {
            return Optional.of(FILE);
        }

        @Override
        public Shape shape(byte[] content) {
            List<String> lines =
                    new String(content, StandardCharsets.UTF_8).lines().toList();
            return new Shape(
                    lines.stream()
                            .filter(line -> line.startsWith("sparse "))
                            .map(line -> new RelativePath(line.substring(7)))
                            .toList(),
                    lines.stream()
                            .filter(line -> line.startsWith("depth "))
                            .mapToInt(line -> Integer.parseInt(line.substring(6)))
                            .mapToObj(OptionalInt::of)
                            .findFirst()
                            .orElse(OptionalInt.empty()));
        }
    };

    @BeforeEach
    void makeRepository() throws IOException {
        fixture = new GitFixture(temp.toRealPath());
        repository = fixture.repository("app");
        for (String file : List.of("shop/a", "shop/deep/b", "lib/c", "other/d", "other/e", "sp ace/\"q\"/f")) {
            write(repository.resolve(file), file + "\n");
        }
        fixture.commit(repository, "all", "all\n");
        worktrees = new Worktrees(
                fixture.git(),
                new GitSettings(
                        fixture.root.resolve("repos"),
                        fixture.root.resolve("worktrees"),
                        "makima/task-",
                        null,
                        LINES,
                        _ -> false));
    }

    private void says(String text) {
        write(repository.resolve(FILE.value()), text);
        fixture.sh(repository, "add", "-f", FILE.value());
        fixture.commit(repository, "said", text);
    }

    private String origin() {
        return "file://" + repository;
    }

    @Test
    void onlyTheNamedDirectoriesAreThereAndTheRestIsStillInEveryCommit() throws Exception {
        says("sparse shop\nsparse sp ace/\"q\"\n");
        Worktree worktree = worktrees.create(request(repository));
        Path tree = worktree.path();

        assertThat(tree.resolve("shop/deep/b")).exists();
        assertThat(tree.resolve("sp ace/\"q\"/f")).exists();
        assertThat(tree.resolve("README")).exists();
        assertThat(tree.resolve("lib")).doesNotExist();
        assertThat(tree.resolve("other")).doesNotExist();
        assertThat(fixture.sh(tree, "status", "--porcelain")).isEmpty();
        assertThat(new Changes(fixture.git()).stat(worktree)).isEqualTo(new DiffStat(0, 0, 0));
        assertThat(repository.resolve("other/d")).exists();
        assertThat(fixture.sh(repository, "status", "--porcelain")).isEmpty();

        write(tree.resolve("shop/a"), "changed\n");
        write(tree.resolve("shop/new"), "new\n");
        Files.delete(tree.resolve("shop/deep/b"));
        try (Checkpoints checkpoints = new Checkpoints(fixture.git())) {
            Checkpoint made = checkpoints.make(worktree, "a checkpoint", false);
            assertThat(made).isInstanceOf(Checkpoint.Made.class);
            assertThat(((Checkpoint.Made) made).filesChanged())
                    .containsExactlyInAnyOrder(
                            new FileChange("M", "shop/a"),
                            new FileChange("A", "shop/new"),
                            new FileChange("D", "shop/deep/b"));
        }
        assertThat(new Changes(fixture.git()).stat(worktree).filesChanged()).isEqualTo(3);
        Patches patches = new Patches(fixture.git(), 1_000_000, 1_000_000);
        assertThat(patches.export(worktree, null).text()).contains("shop/new").doesNotContain("other/d");

        CompletionResult result = new Completion(fixture.git()).branch(worktree, "the work", repository);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(fixture.sh(repository, "ls-tree", "-r", "--name-only", String.valueOf(result.branch()))
                        .lines())
                .contains("other/d", "other/e", "lib/c", "shop/new")
                .doesNotContain("shop/deep/b");
    }

    @Test
    void whatGoesOnFromASparseWorktreeHasAllOfItsWork() throws Exception {
        says("sparse shop\n");
        Worktree first = worktrees.create(request(repository));
        write(first.path().resolve("shop/a"), "changed\n");
        write(first.path().resolve("other/new"), "outside\n");

        WorktreeRequest plain = request(repository);
        Worktree second = worktrees.create(
                new WorktreeRequest(plain.taskId(), plain.taskName(), plain.repository(), null, first.taskId(), null));

        assertThat(second.path().resolve("shop/a")).hasContent("changed");
        assertThat(second.path().resolve("lib")).doesNotExist();
        assertThat(fixture.sh(second.path(), "status", "--porcelain", "--untracked-files=all"))
                .contains("shop/a")
                .doesNotContain("D ");
        assertThat(second.path().resolve("other/new")).hasContent("outside");
        CompletionResult result = new Completion(fixture.git()).branch(second, "the work", repository);
        assertThat(fixture.sh(repository, "ls-tree", "-r", "--name-only", String.valueOf(result.branch()))
                        .lines())
                .contains("other/d", "lib/c");
        assertThat(fixture.sh(repository, "show", result.branch() + ":other/new"))
                .isEqualTo("outside");
    }

    @Test
    void whatAWholeWorktreeChangedElsewhereComesIntoASparseOne() throws Exception {
        Worktree whole = worktrees.create(request(repository));
        Files.delete(whole.path().resolve("other/d"));
        write(whole.path().resolve("other/e"), "changed\n");
        says("sparse shop\n");
        // From the commit that says so.
        fixture.sh(whole.path(), "merge", "-q", "main");
        WorktreeRequest plain = request(repository);
        Worktree second = worktrees.create(
                new WorktreeRequest(plain.taskId(), plain.taskName(), plain.repository(), null, whole.taskId(), null));
        // Its base is the one of the task before, where nothing was said: so it is whole as well.
        assertThat(second.path().resolve("lib/c")).exists();

        Worktree sparse = worktrees.create(request(repository));
        assertThat(sparse.path().resolve("lib")).doesNotExist();
        fixture.sh(whole.path(), "checkout", "-q", "--detach", "main");
        List<TreeChange> changes;
        try (ScratchIndex index = ScratchIndex.of(fixture.git(), whole, ScratchIndex.Store.REPOSITORY)) {
            changes = TreeChange.between(fixture.git(), index, sparse.baseSha(), index.workingTree());
        }
        SparseCheckout.reveal(fixture.git(), whole.path(), sparse.path(), changes);
        assertThat(fixture.sh(sparse.path(), "status", "--porcelain").lines())
                .containsExactlyInAnyOrder("D other/d", " M other/e");
        assertThat(sparse.path().resolve("other/e")).hasContent("changed");
    }

    @Test
    void aCloneByUrlIsAsDeepAsTheRepositorySays() throws Exception {
        says("depth 2\n");
        fixture.commit(repository, "x", "x\n");
        fixture.commit(repository, "y", "y\n");
        Worktree worktree = worktrees.create(request(origin(), null));

        assertThat(fixture.sh(worktree.path(), "rev-list", "--count", "HEAD")).isEqualTo("2");
        assertThat(worktree.path().resolve("other/d")).exists();

        String newer = fixture.commit(repository, "z", "z\n");
        Worktree later = worktrees.create(request(origin(), null));
        assertThat(later.baseSha()).isEqualTo(newer);
        assertThat(later.warnings()).isEmpty();
    }

    @Test
    void aCloneByUrlHasEverythingWhereNothingIsSaid() throws Exception {
        fixture.commit(repository, "x", "x\n");
        Worktree worktree = worktrees.create(request(origin(), null));
        assertThat(fixture.sh(worktree.path(), "rev-list", "--count", "HEAD")).isEqualTo("3");
        assertThat(worktree.repository().resolve("shallow")).doesNotExist();
        assertThat(fixture.sh(repository, "rev-parse", "main")).isEqualTo(worktree.baseSha());
    }

    @Test
    void sparseWorktreesOfAUrlLieBesideEachOther() throws Exception {
        says("sparse lib\ndepth 1\n");
        Worktree first = worktrees.create(request(origin(), null));
        Worktree second = worktrees.create(request(origin(), null));
        for (Worktree worktree : List.of(first, second)) {
            assertThat(worktree.path().resolve("lib/c")).exists();
            assertThat(worktree.path().resolve("shop")).doesNotExist();
            assertThat(fixture.sh(worktree.path(), "status", "--porcelain")).isEmpty();
        }
        assertThat(fixture.sh(first.repository(), "rev-parse", "--is-bare-repository"))
                .isEqualTo("true");
    }

    @Test
    void theOwnersVersionCountsAndNoTasks() throws Exception {
        says("owner\n");
        OwnersVersion versions = new OwnersVersion(fixture.git(), fixture.settings());
        Worktree worktree = worktrees.create(request(repository));
        write(worktree.path().resolve(FILE.value()), "agent\n");
        assertThat(read(versions, worktree)).isEqualTo("owner\n");

        fixture.sh(worktree.path(), "commit", "-qam", "the agent's");
        fixture.sh(worktree.path(), "branch", "makima/feature");
        Worktree next = worktrees.create(request(repository.toString(), "makima/feature"));
        assertThat(fixture.sh(next.path(), "show", "HEAD:" + FILE)).isEqualTo("agent");
        assertThat(read(versions, next)).isEqualTo("owner\n");

        // Somebody has taken it over.
        fixture.sh(repository, "merge", "-q", "--ff-only", "makima/feature");
        assertThat(read(versions, next)).isEqualTo("agent\n");
    }

    @Test
    void inACloneOfOursOnlyOriginsBranchesAreTheOwners() throws Exception {
        says("owner\n");
        OwnersVersion versions = new OwnersVersion(fixture.git(), fixture.settings());
        Worktree worktree = worktrees.create(request(origin(), null));
        write(worktree.path().resolve(FILE.value()), "agent\n");
        fixture.sh(worktree.path(), "commit", "-qam", "the agent's");
        fixture.sh(worktree.path(), "branch", "innocent");
        Worktree next = worktrees.create(request(origin(), "innocent"));
        assertThat(fixture.sh(next.path(), "show", "HEAD:" + FILE)).isEqualTo("agent");
        assertThat(read(versions, next)).isEqualTo("owner\n");
    }

    @Test
    void theProjectFileIsWorkLikeAnyOtherFile() throws Exception {
        Worktree worktree = worktrees.create(request(repository));
        write(worktree.path().resolve(FILE.value()), "new\n");
        write(worktree.path().resolve(".makima/helper"), "ours\n");
        try (Checkpoints checkpoints = new Checkpoints(fixture.git())) {
            Checkpoint made = checkpoints.make(worktree, "a checkpoint", false);
            assertThat(((Checkpoint.Made) made).filesChanged()).containsExactly(new FileChange("A", FILE.value()));
        }
    }

    private static String read(OwnersVersion versions, Worktree worktree) throws InterruptedException {
        return new String(versions.read(worktree, FILE, 1000).orElseThrow(), StandardCharsets.UTF_8);
    }
}
