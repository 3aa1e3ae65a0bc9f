package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs git. Every call is blocking, ends in a given time, and cannot make git run a hook, an editor, a pager or a
 * prompt (see {@link GitEnvironment}). Interrupting the calling thread ends git with everything that it started.
 *
 * <p>There should be one object of this per process: it also holds the locks that keep two calls of ours from writing to one
 * repository at the same time.
 *
 * <p>Thread-safe. Never to be used on an event loop.
 */
public final class Git {
    private static final Duration QUICK = Duration.ofSeconds(10);

    private final GitEnvironment environment;
    private final RepositoryLocks locks = new RepositoryLocks();
    private volatile @Nullable Path executable;
    private volatile @Nullable Map<String, String> remoteVariables;

    /**
     * Git as this environment finds it.
     *
     * @param environment the variables of this process, or what a test gives instead; PATH and HOME are used here, and
     *     all but git's own that could mislead it are handed on
     */
    public Git(Map<String, String> environment) {
        this.environment = new GitEnvironment(environment);
    }

    /**
     * Runs {@code git arguments…}.
     *
     * @return the result, whatever its exit code
     * @throws InterruptedException where the calling thread was interrupted; git is gone by then
     * @throws MakimaException TIMEOUT where the limit was reached; COMMAND_FAILED where git is not installed or could
     *     not be started; NOT_FOUND where the directory is not there
     */
    public GitResult run(Path directory, Duration limit, String... arguments) throws InterruptedException {
        return run(GitCall.of(directory, limit, arguments));
    }

    /** The same for a call with input or variables of its own. */
    public GitResult run(GitCall call) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before git " + GitFailure.subcommand(call.arguments()));
        }
        GitProcess process = new GitProcess(start(call), call.input(), call.outputLimit());
        GitResult result = process.await(call.limit());
        if (result == null) {
            throw new MakimaException(
                    ErrorCode.TIMEOUT,
                    "git " + GitFailure.subcommand(call.arguments()) + " in " + call.directory()
                            + " did not end within " + seconds(call.limit()),
                    "Check the disk, and the network where a remote is involved; then try again");
        }
        return result;
    }

    /**
     * Runs {@code git arguments…} and takes an exit code other than 0 for a failure.
     *
     * @throws InterruptedException as {@link #run}
     * @throws MakimaException as {@link #run}; COMMAND_FAILED with git's reason where it failed, or where it said more
     *     than is kept
     */
    public GitResult runOk(Path directory, Duration limit, String... arguments) throws InterruptedException {
        return runOk(GitCall.of(directory, limit, arguments));
    }

    /** The same for a call with input or variables of its own. */
    public GitResult runOk(GitCall call) throws InterruptedException {
        GitResult result = run(call);
        if (!result.ok()) {
            throw GitFailure.of(call, result);
        }
        if (result.truncated()) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "git " + GitFailure.subcommand(call.arguments()) + " in " + call.directory() + " said more than "
                            + call.outputLimit() + " bytes");
        }
        return result;
    }

    /**
     * The version of the installed git, such as {@code 2.39.5}.
     *
     * @throws InterruptedException as {@link #run}
     * @throws MakimaException COMMAND_FAILED where there is none
     */
    public String gitVersion() throws InterruptedException {
        String text = runOk(environment.home().getRoot(), QUICK, "--version").text();
        return text.replaceFirst("^git version\\s+", "").strip();
    }

    /** The home directory that {@code ~} stands for. */
    public Path home() {
        return environment.home();
    }

    /**
     * A call that talks to a remote: with an ssh that never asks. Costs one more git once per process.
     *
     * <p>core.sshCommand is taken from the account's and the system's configuration, not from the repository's: that
     * one would be a program that a repository makes us run.
     */
    GitCall remoteCall(Path directory, Duration limit, String... arguments) throws InterruptedException {
        Map<String, String> variables = remoteVariables;
        if (variables == null) {
            GitCall outside = GitCall.of(environment.home().getRoot(), QUICK, "config", "--get", "core.sshCommand")
                    .with("GIT_DIR", "/dev/null");
            GitResult configured = run(outside);
            variables = environment
                    .sshCommand(configured.ok() ? Optional.of(configured.text()) : Optional.empty())
                    .map(command -> Map.of("GIT_SSH_COMMAND", command))
                    .orElse(Map.of());
            remoteVariables = variables;
        }
        return new GitCall(directory, limit, List.of(arguments), variables, null, GitCall.OUTPUT_LIMIT_DEFAULT);
    }

    /** The locks of the repositories, shared by everything that writes to them. */
    RepositoryLocks locks() {
        return locks;
    }

    /** Whether the environment itself names the author of commits, as user.name and user.email would. */
    boolean environmentHas(String variable) {
        return environment.variables().containsKey(variable);
    }

    private Process start(GitCall call) {
        List<String> command = new ArrayList<>();
        command.add(executable().toString());
        command.addAll(environment.options());
        command.addAll(call.arguments());
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(call.directory().toFile());
        Map<String, String> variables = builder.environment();
        variables.clear();
        variables.putAll(environment.variables());
        variables.putAll(call.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            if (!Files.isDirectory(call.directory())) {
                throw new MakimaException(
                        ErrorCode.NOT_FOUND, "the directory " + call.directory() + " does not exist", null, e);
            }
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "git could not be started: " + e.getMessage(),
                    "Check the installation",
                    e);
        }
    }

    private Path executable() {
        Path known = executable;
        if (known != null) {
            return known;
        }
        Path found = environment
                .executable()
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.COMMAND_FAILED,
                        "git is not on the PATH of this process",
                        "Install git 2.36 or newer (Debian, Ubuntu: apt install git), or put its directory on PATH"));
        executable = found;
        return found;
    }

    private static String seconds(Duration limit) {
        return limit.toMillis() < 1000 ? limit.toMillis() + " ms" : limit.toSeconds() + " s";
    }
}
