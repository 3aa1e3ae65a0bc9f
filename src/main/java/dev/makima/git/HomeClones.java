package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.RefName;
import dev.makima.base.RepoUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Makes ordinary clones for people to work in. Thread-safe for different targets; blocking. */
public final class HomeClones {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final Git git;

    /** Clones by this git. */
    public HomeClones(Git git) {
        this.git = git;
    }

    /**
     * Clones, with a checkout. What is in the place of the target is whole or not there.
     *
     * @param target must not exist; its parents are made
     * @param branch what is checked out, where it is not the remote's own choice
     * @param shallow whether there is only the newest commit
     * @throws InterruptedException where the calling thread was interrupted; what was half made is removed by then
     * @throws MakimaException COMMAND_FAILED or TIMEOUT where git failed; IO where the disk does
     */
    public void make(RepoUrl url, Path target, Optional<RefName> branch, boolean shallow) throws InterruptedException {
        Path parent = PrivateFiles.directory(
                Objects.requireNonNull(target.toAbsolutePath().getParent(), "a clone lies in a directory"));
        // By the target's name: what a crash left is found and removed by the next attempt.
        Path made = parent.resolve("." + target.getFileName() + ".cloning");
        try {
            Undisturbed.deleteTree(made);
            List<String> arguments =
                    new ArrayList<>(List.of("clone", "--quiet", "--no-recurse-submodules", "--origin=origin"));
            branch.ifPresent(name -> arguments.add("--branch=" + name));
            if (shallow) {
                arguments.add("--depth=1");
            }
            arguments.addAll(List.of("--", url.value(), made.toString()));
            GitResult result = git.run(git.remoteCall(parent, LIMIT, arguments.toArray(String[]::new)));
            if (!result.ok()) {
                throw GitFailure.ofClone(url, result);
            }
            Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot put the clone of " + url + " into " + target + ": " + e.getMessage(),
                    "Check the permissions and the free space there",
                    e);
        } finally {
            if (Files.exists(made)) {
                Undisturbed.run(made.toString(), () -> Undisturbed.deleteTree(made));
            }
        }
    }
}
