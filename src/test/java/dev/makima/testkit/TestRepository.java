package dev.makima.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real git repository for a test, made by the real git without anything of the user's own configuration. Blocking;
 * for one thread at a time.
 */
public final class TestRepository {
    private static final long GIT_LIMIT_SECONDS = 60;

    private final Path directory;

    private TestRepository(Path directory) {
        this.directory = directory.toAbsolutePath();
    }

    /** An empty repository with the branch main and no commit; the directory is made. */
    public static TestRepository empty(Path directory) {
        TestRepository repository = new TestRepository(makeDirectories(directory));
        repository.git("init", "-q", "-b", "main");
        repository.author();
        return repository;
    }

    /** A repository with one commit on main that holds README.md. */
    public static TestRepository create(Path directory) {
        return create(directory, 0);
    }

    /** A repository with one commit on main that holds README.md and so many small files in directories of 100. */
    public static TestRepository create(Path directory, int files) {
        TestRepository repository = empty(directory);
        repository.write("README.md", "# Test\n");
        for (int i = 0; i < files; i++) {
            repository.write("src/d" + i / 100 + "/f" + i + ".txt", "file " + i + "\n" + "line\n".repeat(i % 20));
        }
        repository.commitWhatIsThere("Initial commit");
        return repository;
    }

    /** Opens what is there already, for example a worktree. */
    public static TestRepository at(Path directory) {
        return new TestRepository(directory);
    }

    /** Where the repository is (its work tree, or the bare directory itself). */
    public Path directory() {
        return directory;
    }

    /** A path inside the work tree. */
    public Path resolve(String path) {
        return directory.resolve(path);
    }

    /** Writes a file in the work tree, uncommitted. */
    public TestRepository write(String path, String content) {
        try {
            Path file = directory.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            return this;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** Commits all that is in the work tree and returns the commit's id. */
    public String commitAll(String message) {
        commitWhatIsThere(message);
        return head();
    }

    private void commitWhatIsThere(String message) {
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", message);
    }

    /** In the repository itself, so that commits by the code under test have an author too; each git is a process more. */
    private void author() {
        try {
            Files.writeString(
                    resolve(".git/config"),
                    "[user]\n\tname = Test Author\n\temail = author@example.org\n",
                    StandardOpenOption.APPEND);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** Writes one file and commits it; returns the commit's id. */
    public String commit(String path, String content, String message) {
        return write(path, content).commitAll(message);
    }

    /** Makes a branch at HEAD without changing to it. */
    public TestRepository branch(String name) {
        git("branch", name);
        return this;
    }

    /** Changes to a branch. */
    public TestRepository checkout(String name) {
        git("checkout", "-q", name);
        return this;
    }

    /** A bare clone of this repository that has no remote of its own, to serve as one. */
    public TestRepository bareClone(Path target) {
        git(
                "clone",
                "-q",
                "--bare",
                directory.toString(),
                target.toAbsolutePath().toString());
        TestRepository bare = new TestRepository(target);
        bare.git("remote", "remove", "origin");
        return bare;
    }

    /** A clone of this repository with a work tree. */
    public TestRepository cloneTo(Path target) {
        git("clone", "-q", directory.toString(), target.toAbsolutePath().toString());
        TestRepository clone = new TestRepository(target);
        clone.author();
        return clone;
    }

    /** Adds a remote. */
    public TestRepository remote(String name, TestRepository other) {
        git("remote", "add", name, other.directory().toString());
        return this;
    }

    /** Adds a worktree on a new branch. */
    public TestRepository worktree(Path target, String newBranch) {
        git("worktree", "add", "-q", "-b", newBranch, target.toAbsolutePath().toString());
        return new TestRepository(target);
    }

    /**
     * Installs a hook that appends its name to a file whenever git runs it, and succeeds.
     *
     * @return that file, which does not exist before
     */
    public Path markingHook(String name) {
        Path mark = resolve(git("rev-parse", "--git-common-dir").strip())
                .resolve("mark-" + name)
                .normalize();
        hook(name, "echo " + name + " >> '" + mark + "'");
        return mark;
    }

    /** Installs hooks of every name that git knows for work in a worktree; returns the one file that they all mark. */
    public Path markingHooks() {
        Path mark = resolve(git("rev-parse", "--git-common-dir").strip())
                .resolve("mark-any")
                .normalize();
        for (String name : List.of(
                "applypatch-msg",
                "pre-applypatch",
                "post-applypatch",
                "pre-commit",
                "pre-merge-commit",
                "prepare-commit-msg",
                "commit-msg",
                "post-commit",
                "pre-rebase",
                "post-checkout",
                "post-merge",
                "pre-push",
                "post-rewrite",
                "pre-auto-gc",
                "reference-transaction",
                "post-index-change")) {
            hook(name, "echo " + name + " >> '" + mark + "'");
        }
        return mark;
    }

    /** Installs a hook with this shell text. */
    public void hook(String name, String script) {
        try {
            Path hooks = makeDirectories(
                    resolve(git("rev-parse", "--git-common-dir").strip()).resolve("hooks"));
            Executable.write(hooks.resolve(name), "#!/bin/sh\n" + script + "\n");
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** The id of HEAD's commit. */
    public String head() {
        return revision("HEAD");
    }

    /** The full id of a revision. */
    public String revision(String name) {
        return git("rev-parse", "--verify", name + "^{commit}").strip();
    }

    /** Whether a branch is there. */
    public boolean hasBranch(String name) {
        return branches().contains(name);
    }

    /** The local branches' short names. */
    public List<String> branches() {
        return git("for-each-ref", "--format=%(refname:short)", "refs/heads")
                .lines()
                .toList();
    }

    /** A file's content in a revision. */
    public String content(String revision, String path) {
        return git("show", revision + ":" + path);
    }

    /** The paths of all files in a revision. */
    public List<String> files(String revision) {
        return git("ls-tree", "-r", "-z", "--name-only", revision).isEmpty()
                ? List.of()
                : Arrays.asList(
                        git("ls-tree", "-r", "-z", "--name-only", revision).split("\0"));
    }

    /** The subjects of a revision's commits, newest first. */
    public List<String> subjects(String revision) {
        return git("log", "--format=%s", revision).lines().toList();
    }

    /** Whether the work tree has neither changed nor untracked files. */
    public boolean isClean() {
        return git("status", "--porcelain").isEmpty();
    }

    /**
     * Runs git here and returns what it printed.
     *
     * @throws AssertionError with git's own words where it failed
     */
    public String git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
            builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
            builder.environment().putAll(environment());
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(GIT_LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + " in " + directory + " failed:\n" + output);
            }
            return output;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted in " + command, interrupted);
        }
    }

    /**
     * The variables that keep git off the user's and the machine's own configuration, and its dates steady; and that let no
     * commit start another git, which would only find that there is nothing to tidy.
     */
    public static Map<String, String> environment() {
        return Map.of(
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_CONFIG_COUNT", "1",
                "GIT_CONFIG_KEY_0", "maintenance.auto",
                "GIT_CONFIG_VALUE_0", "false",
                "GIT_TERMINAL_PROMPT", "0",
                "GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z",
                "GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z",
                "LC_ALL", "C");
    }

    private static Path makeDirectories(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
