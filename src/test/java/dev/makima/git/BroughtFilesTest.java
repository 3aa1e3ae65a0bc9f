package dev.makima.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BroughtFilesTest {
    @TempDir
    private Path temp;

    private GitFixture fixture;
    private Path source;
    private Worktree worktree;

    @BeforeEach
    void makeWorktree() throws Exception {
        fixture = new GitFixture(temp.toRealPath());
        source = fixture.repository("source");
        GitFixture.write(source.resolve(".gitignore"), "/node_modules/\n");
        GitFixture.write(source.resolve("config/tracked.json"), "{}\n");
        fixture.commit(source, "more", "x\n");
        worktree = fixture.worktrees()
                .create(new WorktreeRequest(new TaskId(UUID.randomUUID()), "a task", source.toString(), null));
    }

    private List<String> bring(List<String> copied, List<String> linked, List<String> cloned)
            throws InterruptedException {
        return new BroughtFiles(fixture.git()).bring(source, worktree, new BroughtFiles.Wanted(copied, linked, cloned));
    }

    private String status() {
        return fixture.sh(worktree.path(), "status", "--porcelain", "--untracked-files=all");
    }

    @Test
    void whatIsNamedComesAndIsNeverCommitted() throws Exception {
        GitFixture.write(source.resolve(".env"), "A=1\n");
        Files.setPosixFilePermissions(source.resolve(".env"), PosixFilePermissions.fromString("rw-------"));
        GitFixture.write(source.resolve("config/local.json"), "{1}\n");
        GitFixture.write(source.resolve("odd [1] *! .env"), "odd\n");
        GitFixture.write(source.resolve("node_modules/a/index.js"), "a\n");
        GitFixture.write(source.resolve("node_modules/.bin/a"), "#!/bin/sh\n");
        GitFixture.write(source.resolve("models/big.bin"), "weights\n");

        List<String> warnings =
                bring(List.of(".env", "config/*.json", "odd*"), List.of("models"), List.of("node_modules"));

        assertThat(warnings).isEmpty();
        Path tree = worktree.path();
        assertThat(tree.resolve(".env")).hasContent("A=1\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tree.resolve(".env"))))
                .isEqualTo("rw-------");
        assertThat(tree.resolve("config/local.json")).hasContent("{1}\n");
        assertThat(tree.resolve("config/tracked.json")).hasContent("{}\n");
        assertThat(tree.resolve("node_modules/a/index.js")).hasContent("a\n");
        assertThat(tree.resolve("models")).isSymbolicLink().isDirectory();
        assertThat(status()).isEmpty();

        // New work beside what came along is seen all the same.
        GitFixture.write(tree.resolve("config/new.json"), "{}\n");
        assertThat(status()).isEqualTo("?? config/new.json");
    }

    @Test
    void aLinkedDirectoryThatIsIgnoredAsADirectoryIsNotCommittedAsALink() throws Exception {
        GitFixture.write(source.resolve("node_modules/a/index.js"), "a\n");
        assertThat(bring(List.of(), List.of("node_modules"), List.of())).isEmpty();
        assertThat(worktree.path().resolve("node_modules")).isSymbolicLink();
        assertThat(status()).isEmpty();
    }

    @Test
    void whatGitTracksAndWhatIsThereStaysAsItIs() throws Exception {
        GitFixture.write(source.resolve("README"), "changed by the owner\n");
        GitFixture.write(source.resolve("config/tracked.json"), "changed by the owner\n");
        GitFixture.write(source.resolve("mine"), "theirs\n");
        GitFixture.write(worktree.path().resolve("mine"), "mine\n");
        Files.delete(worktree.path().resolve("config/tracked.json"));

        assertThat(bring(List.of("README", "config", "mine"), List.of(), List.of()))
                .isEmpty();

        assertThat(worktree.path().resolve("README")).hasContent("hello\n");
        assertThat(worktree.path().resolve("config/tracked.json")).doesNotExist();
        assertThat(worktree.path().resolve("mine")).hasContent("mine\n");
    }

    @Test
    void nothingLeavesTheTwoDirectories() throws Exception {
        Path outside = GitFixture.write(temp.resolve("secret"), "secret\n");
        Files.createSymbolicLink(source.resolve("out"), outside);
        Files.createSymbolicLink(source.resolve("outdir"), temp);
        Files.createDirectories(source.resolve("nested"));
        Files.createSymbolicLink(source.resolve("nested/out"), outside);

        List<String> warnings = bring(List.of("out", "outdir/secret", "nested"), List.of("outdir"), List.of("**/out"));

        assertThat(warnings).hasSizeGreaterThanOrEqualTo(4);
        assertThat(worktree.path().resolve("out")).doesNotExist();
        assertThat(worktree.path().resolve("outdir")).doesNotExist();
        assertThat(Files.isSymbolicLink(worktree.path().resolve("nested/out"))).isFalse();
    }

    @Test
    void aLinkInTheWorktreeLeadsNoWhereElse() throws Exception {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        GitFixture.write(source.resolve("data/file"), "x\n");
        Files.createSymbolicLink(worktree.path().resolve("data"), elsewhere);

        assertThat(bring(List.of("data/file"), List.of("data/file"), List.of())).hasSize(2);
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void whatIsNotThereIsAWarningAndTheOthersCome() throws Exception {
        GitFixture.write(source.resolve(".env"), "A=1\n");
        assertThat(bring(List.of("missing*", ".env"), List.of(), List.of()))
                .singleElement()
                .asString()
                .contains("missing*");
        assertThat(worktree.path().resolve(".env")).exists();
    }

    @Test
    void starsStandForDirectoriesAndNeverEnterGitsOwn() throws IOException {
        for (String file : List.of("a/b/c.txt", "a/c.txt", "c.txt", ".git/c.txt", "a/b/d.md", "m/m/c.txt")) {
            GitFixture.write(temp.resolve("tree").resolve(file), "x");
        }
        Path tree = temp.resolve("tree");
        assertThat(new PathPatterns(tree).find("**/c.txt"))
                .extracting(Path::toString)
                .containsExactly("a/b/c.txt", "a/c.txt", "c.txt", "m/m/c.txt");
        assertThat(new PathPatterns(tree).find("*/c.???"))
                .extracting(Path::toString)
                .containsExactly("a/c.txt");
        assertThat(new PathPatterns(tree).find("**/m"))
                .extracting(Path::toString)
                .containsExactly("m");
        assertThat(new PathPatterns(tree).find("a/{b,x}/*")).hasSize(2);
    }
}
