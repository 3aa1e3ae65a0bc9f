package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A git checkout on this machine, only looked at.
 *
 * @param root its top directory
 */
public record Checkout(Path root) {
    private static final int SECONDS = 15;

    private record Answer(int exit, String text) {}

    /** The checkout (or bare repository) that the directory lies in, if any. */
    public static Optional<Checkout> around(Path directory) {
        Answer top = git(directory, "rev-parse", "--show-toplevel");
        if (top.exit() == 0 && !top.text().isEmpty()) {
            return Optional.of(new Checkout(Path.of(top.text())));
        }
        Answer bare = git(directory, "rev-parse", "--is-bare-repository", "--absolute-git-dir");
        List<String> lines = bare.text().lines().toList();
        return bare.exit() == 0 && lines.size() == 2 && lines.get(0).equals("true")
                ? Optional.of(new Checkout(Path.of(lines.get(1))))
                : Optional.empty();
    }

    /** The branch that is checked out; empty where HEAD is detached. */
    public Optional<String> branch() {
        Answer branch = git(root, "symbolic-ref", "--quiet", "--short", "HEAD");
        return branch.exit() == 0 && !branch.text().isEmpty() ? Optional.of(branch.text()) : Optional.empty();
    }

    /** Whether there is a commit to start from. */
    public boolean hasCommit() {
        return git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").exit() == 0;
    }

    /** How many files are changed, added or deleted and not committed; ignored ones do not count. */
    public int uncommitted() {
        Answer status = git(root, "status", "--porcelain", "--untracked-files=normal");
        return status.exit() == 0 ? (int) status.text().lines().count() : 0;
    }

    /** Where it was cloned from, if it was. */
    public Optional<String> origin() {
        Answer url = git(root, "remote", "get-url", "origin");
        return url.exit() == 0 && !url.text().isEmpty() ? Optional.of(url.text()) : Optional.empty();
    }

    private static Answer git(Path directory, String... arguments) {
        // Nothing that the repository configures is run: it may come from anywhere.
        List<String> command = new ArrayList<>(List.of(
                "git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
            Process process = builder.start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new MakimaException(
                        ErrorCode.TIMEOUT, "git did not answer within " + SECONDS + " s in " + directory);
            }
            return new Answer(process.exitValue(), text.strip());
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "git cannot be started: " + e.getMessage(),
                    "Install git (apt-get install git, brew install git) and have it on PATH",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MakimaException(ErrorCode.UNAVAILABLE, "interrupted while git worked", null, e);
        }
    }
}
