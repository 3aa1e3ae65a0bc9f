package dev.makima.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path root;

    private GitFixture fixture;
    private Git git;

    @BeforeEach
    void setUp() {
        fixture = new GitFixture(root);
        git = fixture.git();
    }

    @Test
    void theVersionIsANumber() throws InterruptedException {
        assertThat(git.gitVersion()).matches("\\d+\\.\\d+.*");
    }

    @Test
    void aMissingGitIsSaidWithHowToInstallIt() {
        Git none = new Git(Map.of("PATH", root.toString(), "HOME", root.toString()));
        MakimaException failure = catchThrowableOfType(MakimaException.class, none::gitVersion);
        assertThat(failure.code()).isEqualTo(ErrorCode.COMMAND_FAILED);
        assertThat(failure.explain()).contains("git is not on the PATH").contains("Install git");
    }

    @Test
    void aDirectoryThatIsNotThereIsNotTakenForAMissingGit() {
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> git.run(root.resolve("nowhere"), LIMIT, "status"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
                .withMessageContaining("nowhere");
    }

    @Test
    void variablesOfAnotherRepositoryAndOurOwnKeysAreNotInherited() throws InterruptedException {
        Path one = fixture.repository("one");
        Path two = fixture.repository("two");
        fixture.environment.put("GIT_DIR", two.resolve(".git").toString());
        fixture.environment.put("GIT_INDEX_FILE", "/nowhere");
        fixture.environment.put("GIT_TRACE", "1");
        fixture.environment.put("MAKIMA_API_KEY", "secret");
        Git confused = fixture.git();
        assertThat(confused.runOk(one, LIMIT, "rev-parse", "--show-toplevel").text())
                .isEqualTo(one.toString());
        assertThat(confused.runOk(one, LIMIT, "-c", "alias.e=!env", "e").text())
                .doesNotContain("secret")
                .doesNotContain("GIT_TRACE")
                .contains("GIT_TERMINAL_PROMPT=0");
    }

    @Test
    void configurationOfTheAccountIsInheritedHoweverItIsGiven() throws InterruptedException {
        fixture.environment.putAll(Map.of(
                "GIT_CONFIG_COUNT", "2",
                "GIT_CONFIG_KEY_0", "user.nickname",
                "GIT_CONFIG_VALUE_0", "ada",
                "GIT_CONFIG_KEY_1", "core.hooksPath",
                "GIT_CONFIG_VALUE_1", "/some/hooks"));
        assertThat(fixture.git().runOk(root, LIMIT, "config", "user.nickname").text())
                .isEqualTo("ada");
        assertThat(fixture.git().runOk(root, LIMIT, "config", "core.hooksPath").text())
                .isEqualTo("/dev/null");
    }

    @Test
    void aFailureCarriesGitsReasonAndACure() {
        Path repository = fixture.repository("locked");
        GitFixture.write(repository.resolve(".git/index.lock"), "");
        MakimaException failure =
                catchThrowableOfType(MakimaException.class, () -> git.runOk(repository, LIMIT, "add", "--all"));
        assertThat(failure.code()).isEqualTo(ErrorCode.COMMAND_FAILED);
        assertThat(failure.what()).contains("git add").contains("index.lock").doesNotContain("\n");
        assertThat(failure.cure()).hasValueSatisfying(cure -> assertThat(cure).contains("remove the lock file"));
    }

    @Test
    void passwordsInUrlsAreNotShown() {
        assertThat(GitFailure.withoutPasswords("fatal: unable to access 'https://me:token@host/x/'"))
                .isEqualTo("fatal: unable to access 'https://host/x/'");
    }

    @Test
    void outputIsKeptUpToItsLimitAndReadToItsEnd() throws InterruptedException {
        GitCall call = GitCall.of(root, LIMIT, "-c", "alias.many=!head -c 3000000 /dev/zero", "many");
        GitResult result = git.run(call.keeping(1000));
        assertThat(result.ok()).isTrue();
        assertThat(result.truncated()).isTrue();
        assertThat(result.bytes()).hasSize(1000);
        assertThatExceptionOfType(MakimaException.class).isThrownBy(() -> git.runOk(call.keeping(1000)));
        assertThat(git.runOk(call).bytes()).hasSize(3_000_000);
    }

    @Test
    void ofStandardErrorTheEndIsKept() throws InterruptedException {
        GitResult result = git.run(
                root,
                LIMIT,
                "-c",
                "alias.e=!(head -c 300000 /dev/zero | tr '\\0' x; echo; echo fatal: the end) >&2",
                "e");
        assertThat(result.stderr()).endsWith("fatal: the end\n").hasSizeLessThan(100_000);
    }

    @Test
    void inputIsHandedToGitWhateverItsLength() throws InterruptedException {
        byte[] text = "many bytes ".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        GitResult result =
                git.runOk(GitCall.of(root, LIMIT, "-c", "alias.c=!cat", "c").reading(text));
        assertThat(result.bytes()).isEqualTo(text);
        assertThat(git.run(GitCall.of(root, LIMIT, "--version").reading(text)).ok())
                .isTrue();
    }

    @Test
    void aTimeoutEndsGitAndWhatItStarted() throws IOException {
        Path pids = root.resolve("pids");
        // On a busy machine git may not have come as far as to start anything: then it is given twice as long.
        for (int seconds = 1; lines(pids) < 2; seconds *= 2) {
            Files.deleteIfExists(pids);
            Duration limit = Duration.ofSeconds(seconds);
            assertThatExceptionOfType(MakimaException.class)
                    .isThrownBy(() -> git.run(root, limit, "-c", "alias.slow=!" + slow(pids), "slow"))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT))
                    .withMessageContaining("did not end within " + seconds + " s");
        }
        assertAllGone(pids);
    }

    @Test
    void anInterruptEndsGitAndWhatItStarted() throws Exception {
        Path pids = root.resolve("pids");
        CompletableFuture<GitResult> answer = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                answer.complete(git.run(root, LIMIT, "-c", "alias.slow=!" + slow(pids), "slow"));
            } catch (InterruptedException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        awaitLines(pids, 2);
        caller.interrupt();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(answer::join)
                .withCauseInstanceOf(InterruptedException.class);
        assertAllGone(pids);
    }

    @Test
    void anInterruptedThreadStartsNoGit() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> git.run(root, LIMIT, "init", "made"));
        assertThat(root.resolve("made")).doesNotExist();
    }

    @Test
    void aPasswordIsNeverAskedFor() throws InterruptedException {
        GitResult result = git.run(GitCall.of(root, LIMIT, "credential", "fill")
                .reading("protocol=https\nhost=example.invalid\n\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(result.ok()).isFalse();
        assertThat(result.stderr()).contains("terminal prompts disabled");
    }

    @Test
    void sshNeverAsksAndOnlyTheAccountsOwnCommandIsUsed() throws InterruptedException {
        Path repository = fixture.repository("one");
        fixture.sh(repository, "config", "core.sshCommand", "touch " + root.resolve("mark"));
        assertThat(git.remoteCall(repository, LIMIT, "fetch").environment().get("GIT_SSH_COMMAND"))
                .startsWith("ssh -o BatchMode=yes");
        fixture.sh(repository, "config", "--global", "core.sshCommand", "ssh -i /some/key");
        assertThat(fixture.git()
                        .remoteCall(repository, LIMIT, "fetch")
                        .environment()
                        .get("GIT_SSH_COMMAND"))
                .startsWith("ssh -i /some/key -o BatchMode=yes");
    }

    @Test
    void programsAsRemotesAreRefused() throws InterruptedException {
        Path mark = root.resolve("mark");
        GitResult result = git.run(root, LIMIT, "ls-remote", "ext::touch " + mark);
        assertThat(result.ok()).isFalse();
        assertThat(result.stderr()).contains("not allowed");
        assertThat(mark).doesNotExist();
    }

    private static String slow(Path pids) {
        // Longer than a test may take: what is not ended is not gone by itself.
        return "trap '' TERM; sleep 600 & echo $! >> '" + pids + "'; echo $$ >> '" + pids + "'; wait; wait";
    }

    private static void awaitLines(Path file, int count) {
        Await.until(LIMIT, count + " lines in " + file, () -> lines(file) >= count);
    }

    private static int lines(Path file) {
        return Files.exists(file) ? (int) GitFixture.read(file).lines().count() : 0;
    }

    /** A zombie that nobody has collected counts as gone. */
    private static void assertAllGone(Path pids) throws IOException {
        List<String> lines = Files.readAllLines(pids);
        assertThat(lines).hasSize(2);
        // A killed process is gone when the kernel comes to it, a moment after the signal.
        Await.until(
                LIMIT, "the end of " + lines, () -> lines.stream().noneMatch(pid -> Await.alive(Long.parseLong(pid))));
    }
}
