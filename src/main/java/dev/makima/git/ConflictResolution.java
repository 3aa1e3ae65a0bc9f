package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Lists conflicts, and takes one side's version of a file. Package use only, under the worktree's lock. */
final class ConflictResolution {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String SUBMODULE = "160000";

    private final Git git;

    ConflictResolution(Git git) {
        this.git = git;
    }

    /** One of up to three versions of a file with conflicts: {@code 2} is ours, {@code 3} theirs. */
    private record Stage(String mode, String sha, String number, String path) {
        static Stage parse(String field) {
            int tab = field.indexOf('\t');
            String[] parts = field.substring(0, tab).split(" ");
            return new Stage(parts[0], parts[1], parts[2], field.substring(tab + 1));
        }
    }

    /** The paths with conflicts, each once, in git's order. */
    List<String> conflicts(Path worktree) throws InterruptedException {
        return stages(worktree).stream().map(Stage::path).distinct().toList();
    }

    private List<Stage> stages(Path worktree) throws InterruptedException {
        return git.runOk(worktree, LIMIT, "ls-files", "--unmerged", "-z").fields().stream()
                .map(Stage::parse)
                .toList();
    }

    /**
     * Does it: by the index entry itself, since {@code git checkout --theirs} knows neither deletions nor submodules.
     * What a submodule has checked out is left as it is.
     *
     * @return the path as git names it
     * @throws MakimaException NOT_FOUND where the file has no conflict; VALIDATION where a symlink is on the way to it
     */
    String resolve(Path worktree, RelativePath file, MergeSide side) throws InterruptedException {
        String path = Path.of(file.value()).normalize().toString();
        List<Stage> stages = stages(worktree).stream()
                .filter(stage -> stage.path().equals(path))
                .toList();
        if (stages.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "there is no conflict in " + file + " in " + worktree,
                    "Ask for the state of the merge to see the files with conflicts");
        }
        Confined.requireNoSymlinkBefore(worktree, path);
        String number = side == MergeSide.OURS ? "2" : "3";
        Optional<Stage> chosen =
                stages.stream().filter(stage -> stage.number().equals(number)).findFirst();
        Stage any = stages.getFirst();
        // A line with mode 0 takes all versions away; the next one, if any, is the resolved file.
        String gone = "0 " + "0".repeat(any.sha().length()) + "\t" + path + "\0";
        String kept = chosen.map(stage -> stage.mode() + " " + stage.sha() + " 0\t" + path + "\0")
                .orElse("");
        if (chosen.isPresent() && !chosen.get().mode().equals(SUBMODULE)) {
            requireNoDirectory(worktree, path);
        }
        git.runOk(GitCall.of(worktree, LIMIT, "update-index", "-z", "--index-info")
                .reading((gone + kept).getBytes(StandardCharsets.UTF_8)));
        if (chosen.isEmpty()) {
            delete(worktree, path);
        } else if (!chosen.get().mode().equals(SUBMODULE)) {
            git.runOk(worktree, LIMIT, "checkout-index", "--force", "--index", "--quiet", "--", path);
        }
        return path;
    }

    /** Git would delete it, with whatever is in it. */
    private static void requireNoDirectory(Path worktree, String path) {
        if (Files.isDirectory(worktree.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "there is a directory where the file " + path + " belongs in " + worktree,
                    "Move it away first");
        }
    }

    /** Deletes the file, and the directories that are empty then, as git does. */
    private static void delete(Path worktree, String path) {
        Path file = worktree.resolve(path);
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            // A submodule's checkout, or something new of the agent's: not for us to delete.
            return;
        }
        try {
            Files.deleteIfExists(file);
            for (Path parent = file.getParent();
                    parent != null && !parent.equals(worktree) && parent.startsWith(worktree);
                    parent = parent.getParent()) {
                Files.deleteIfExists(parent);
            }
        } catch (DirectoryNotEmptyException e) {
            // The first directory with something else in it, as nearly always.
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot delete " + file + ": " + e.getMessage(), "Check its permissions", e);
        }
    }
}
