package dev.makima.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.testkit.Executable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Repositories to try things on, made by the real git in an account of its own. */
final class GitFixture {
    final Path root;
    final Path home;
    final Map<String, String> environment = new HashMap<>();

    GitFixture(Path root) {
        this(root, "[user]\n\tname = Ada\n\temail = ada@example.org\n");
    }

    GitFixture(Path root, String gitconfig) {
        this.root = root;
        this.home = directory(root.resolve("home"));
        write(home.resolve(".gitconfig"), "[init]\n\tdefaultBranch = main\n" + gitconfig);
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", home.toString());
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
    }

    Git git() {
        return new Git(environment);
    }

    GitSettings settings() {
        return new GitSettings(root.resolve("repos"), root.resolve("worktrees"), "makima/task-");
    }

    Worktrees worktrees() {
        return new Worktrees(git(), settings());
    }

    /** A repository with one commit on main. */
    Path repository(String name) {
        Path path = directory(root.resolve(name));
        sh(path, "init", "--quiet");
        commit(path, "README", "hello\n");
        return path;
    }

    /** A clone as a user makes it. */
    Path cloneOf(Path repository, String name) {
        sh(root, "clone", "-q", repository.toString(), name);
        return root.resolve(name);
    }

    /** Writes a file and commits it; answers the commit. */
    String commit(Path repository, String file, String content) {
        write(repository.resolve(file), content);
        sh(repository, "add", "--all");
        sh(repository, "-c", "user.name=Bob", "-c", "user.email=bob@example.org", "commit", "-q", "-m", "add " + file);
        return sh(repository, "rev-parse", "HEAD");
    }

    /** Runs git as a user would, and wants it to work. */
    String sh(Path directory, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String branches(Path repository) {
        return sh(repository, "for-each-ref", "--format=%(refname:short)", "refs/heads");
    }

    /** A hook that leaves a mark and fails. */
    Path hook(Path repository, String name) {
        Path mark = root.resolve("mark-" + name);
        Path hook = directory(repository.resolve(".git/hooks")).resolve(name);
        program(hook, "#!/bin/sh\necho ran >> '" + mark + "'\nexit 1\n");
        return mark;
    }

    /** The branch that a completion action made. */
    static String branchOf(CompletionResult result) {
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(result.branch()).as(result.message()).isNotNull();
        return String.valueOf(result.branch());
    }

    static TaskId newId() {
        return new TaskId(UUID.randomUUID());
    }

    static WorktreeRequest request(Path repository) {
        return new WorktreeRequest(newId(), "Fix the bug", repository.toString(), null);
    }

    static WorktreeRequest request(String repository, @Nullable String base) {
        return new WorktreeRequest(newId(), "Fix the bug", repository, base);
    }

    static Path directory(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file that can be executed. */
    static Path program(Path file, String text) {
        try {
            return Executable.write(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path file, String text) {
        try {
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
