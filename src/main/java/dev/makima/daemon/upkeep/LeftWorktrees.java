package dev.makima.daemon.upkeep;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.upkeep.Leftover.Done;
import dev.makima.daemon.upkeep.Leftover.Kind;
import dev.makima.git.CleanupResult;
import dev.makima.git.GitTools;
import dev.makima.git.UnsavedWork;
import dev.makima.git.Worktree;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The worktrees of tasks that are over, and what else lies between the worktrees. Blocking; thread-safe. */
final class LeftWorktrees {
    private final Path baseDir;
    private final GitTools git;
    private final WorktreeProof proof;
    private final Owner owner;

    LeftWorktrees(Path baseDir, GitTools git, WorktreeProof proof, Owner owner) {
        this.baseDir = baseDir;
        this.git = git;
        this.proof = proof;
        this.owner = owner;
    }

    List<Leftover> find(Inventory known) throws InterruptedException {
        List<Leftover> found = new ArrayList<>();
        List<Worktree> worktrees = all(git);
        for (Worktree worktree : worktrees) {
            Path path = worktree.path();
            switch (proof.of(worktree, known)) {
                case WorktreeProof.Verdict.InUse _ -> {}
                case WorktreeProof.Verdict.Stays(String reason, String cure) ->
                    found.add(Leftover.staying(Kind.WORKTREE, path, reason, cure));
                case WorktreeProof.Verdict.Waits(String reason) ->
                    found.add(Leftover.staying(Kind.WORKTREE, path, reason, null));
                case WorktreeProof.Verdict.MayGo mayGo ->
                    found.add(Leftover.going(Kind.WORKTREE, path, mayGo.proof(), () -> remove(worktree)));
            }
        }
        Set<Path> recorded = worktrees.stream().map(Worktree::path).collect(Collectors.toSet());
        Set<Path> worked = known.unfinished().stream()
                .flatMap(task -> Stream.ofNullable(task.directory()))
                .collect(Collectors.toSet());
        for (Path directory : directories()) {
            if (!recorded.contains(directory) && !worked.contains(directory)) {
                found.add(Leftover.staying(
                        Kind.WORKTREE,
                        directory,
                        "no task's worktree is recorded there: it is somebody else's, or its repository is gone",
                        "Look at it, and delete it yourself where it is not needed"));
            }
        }
        return found;
    }

    /** Those that tasks have or had, whatever became of these. */
    static List<Worktree> all(GitTools git) {
        return Stream.concat(git.worktrees().all().stream(), git.worktrees().setAside().stream())
                .toList();
    }

    /** Nothing of the task starts while this goes on, and the proof is made anew: much may have happened since the first. */
    private Done remove(Worktree worktree) throws InterruptedException {
        return remove(worktree, proof, git, owner);
    }

    /** The same for one that was found otherwise. */
    static Done remove(Worktree worktree, WorktreeProof proof, GitTools git, Owner owner) throws InterruptedException {
        return owner.whileHeld(worktree.taskId(), () -> switch (proof.of(worktree, owner.inventory())) {
            case WorktreeProof.Verdict.InUse _ -> new Done(false, "a task works in it by now");
            case WorktreeProof.Verdict.Stays(String reason, String _) -> new Done(false, reason);
            case WorktreeProof.Verdict.Waits(String reason) -> new Done(false, reason);
            case WorktreeProof.Verdict.MayGo mayGo -> {
                CleanupResult result = git.cleanup()
                        .cleanup(
                                worktree,
                                false,
                                mayGo.unsaved(),
                                () -> tearDown(worktree, mayGo.unsaved(), git, owner));
                yield new Done(result.success(), result.message());
            }
        });
    }

    /**
     * That may take long, and others may write there meanwhile. What is to be kept is looked for by the removal itself; where
     * a checkpoint was proven to hold all of it, that is done here.
     */
    private static void tearDown(Worktree worktree, UnsavedWork unsaved, GitTools git, Owner owner)
            throws InterruptedException {
        owner.tearDown(worktree.taskId(), worktree);
        if (unsaved == UnsavedWork.DISCARD && !git.checkpoints().isSaved(worktree)) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "it was changed meanwhile: its last checkpoint does not hold all of it, so it stays",
                    "Look at it, or try again");
        }
    }

    private List<Path> directories() {
        if (!Files.isDirectory(baseDir)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(baseDir, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
            entries.forEach(found::add);
            return found;
        } catch (IOException | DirectoryIteratorException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read the directory " + baseDir, "Check its permissions", e);
        }
    }
}
