package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What no worktree can be made from: refused with a reason and a cure, and nothing is left behind. */
class BadRepositoriesTest extends WorktreesBench {
    @Test
    void whatIsNoRepositoryIsRefusedWithAReason() throws IOException {
        Path plain = Files.createDirectory(root.resolve("plain"));
        Path file = write(root.resolve("file"), "x");
        assertRefused(plain.toString(), null, ErrorCode.VALIDATION, "not a git repository");
        assertRefused(file.toString(), null, ErrorCode.NOT_FOUND, "is not a directory");
        assertRefused(root.resolve("nowhere").toString(), null, ErrorCode.NOT_FOUND, "does not exist");
        assertRefused("relative/path", null, ErrorCode.VALIDATION, "not a repository");
        assertRefused("", null, ErrorCode.VALIDATION, "not a repository");
        assertRefused("~somebody/x", null, ErrorCode.VALIDATION, "not a repository");
        assertRefused("/nul\0byte", null, ErrorCode.VALIDATION, "not a repository");
        assertRefused("-oProxyCommand=touch x", null, ErrorCode.VALIDATION, "not a repository");
        assertRefused("ext::sh -c touch% x", null, ErrorCode.VALIDATION, "not a repository URL");
        assertRefused("ftp://example.org/x", null, ErrorCode.VALIDATION, "not a repository URL");
        assertRefused("ssh://-oProxyCommand=x/y", null, ErrorCode.VALIDATION, "not a repository URL");
        assertThat(root.resolve("worktrees")).doesNotExist();
        assertThat(root.resolve("repos")).doesNotExist();
    }

    @Test
    void aWrongBaseBranchIsRefusedAndLeavesNothing() {
        Path repository = fixture.repository("app");
        fixture.sh(repository, "branch", "other");
        String path = repository.toString();
        assertRefused(path, "nope", ErrorCode.VALIDATION, "has no branch nope. There are: main, other");
        assertRefused(path, "-b", ErrorCode.VALIDATION, "not a valid branch name");
        assertRefused(path, "main..other", ErrorCode.VALIDATION, "not a valid branch name");
        assertRefused(path, "HEAD~1", ErrorCode.VALIDATION, "not a valid branch name");
        assertThat(fixture.branches(repository)).isEqualTo("main\nother");
        assertThat(root.resolve("worktrees"))
                .satisfiesAnyOf(
                        directory -> assertThat(directory).doesNotExist(),
                        directory -> assertThat(directory).isEmptyDirectory());
    }

    @Test
    void aRepositoryWithoutACommitIsRefusedWithHowToMakeOne() throws IOException {
        Path empty = Files.createDirectory(root.resolve("empty"));
        fixture.sh(empty, "init", "-q");
        assertRefused(empty.toString(), null, ErrorCode.VALIDATION, "no commit yet");
        assertRefused(empty.toString(), "main", ErrorCode.VALIDATION, "git commit --allow-empty");
    }

    @Test
    void aPrefixThatMakesNoBranchIsRefused() {
        Worktrees bad = new Worktrees(
                fixture.git(), new GitSettings(root.resolve("repos"), root.resolve("worktrees"), "-bad "));
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> bad.create(request(fixture.repository("app"))))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION));
    }

    @Test
    void aBranchInTheWayOfThePrefixIsToldWithACure() {
        Path repository = fixture.repository("app");
        fixture.sh(repository, "branch", "makima");
        assertRefused(repository.toString(), null, ErrorCode.COMMAND_FAILED, "worktree.branchPrefix");
        assertThat(root.resolve("worktrees")).isEmptyDirectory();
        assertThat(fixture.sh(repository, "config", "--local", "--list")).doesNotContain("makimatask");
    }

    private void assertRefused(String repository, @Nullable String base, ErrorCode code, String text) {
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> worktrees.create(request(repository, base)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.explain()).contains(text));
    }
}
