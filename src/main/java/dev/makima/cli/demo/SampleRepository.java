package dev.makima.cli.demo;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small git repository for the demonstration. */
final class SampleRepository {
    private final Path directory;

    private SampleRepository(Path directory) {
        this.directory = directory;
    }

    /** Makes it; the directory must not exist. */
    static SampleRepository create(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("greet.sh"), "#!/bin/sh\necho \"Hello, ${1:-world}!\"\n");
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot write to " + directory, "Check the free space and TMPDIR", e);
        }
        SampleRepository repository = new SampleRepository(directory);
        repository.git("init", "-q", "-b", "main");
        // Its own identity: the user's may be missing, and signing could ask for a passphrase.
        repository.git("config", "user.name", "makima demo");
        repository.git("config", "user.email", "demo@localhost");
        repository.git("config", "commit.gpgsign", "false");
        repository.git("add", "greet.sh");
        repository.git("commit", "-q", "-m", "Greet whoever is named");
        return repository;
    }

    Path directory() {
        return directory;
    }

    /** Forgets worktrees whose directories are gone. */
    void prune() {
        git("worktree", "prune");
    }

    private void git(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("git", "-c", "core.hooksPath=/dev/null", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new MakimaException(
                        ErrorCode.COMMAND_FAILED,
                        "git " + arguments[0] + " failed in " + directory + ": " + said,
                        "The demonstration needs git 2.28 or newer; see: git --version");
            }
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "git can't be started: is it not installed, or not on PATH?",
                    "Install git (Debian, Ubuntu: apt install git), or put its directory on PATH",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MakimaException(ErrorCode.UNAVAILABLE, "interrupted while git worked", null, e);
        }
    }
}
