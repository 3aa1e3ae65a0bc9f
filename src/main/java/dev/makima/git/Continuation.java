package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts a task with the work of another one: from its worktree, which keeps everything, else from a patch.
 *
 * <p>The new task's base stays the one of the task before: what a chain of tasks has done is one change. Thread-safe.
 */
final class Continuation {
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(15);

    private final Git git;
    private final Patches patches;

    Continuation(Git git) {
        this.git = git;
        // Makes none, so that the limits do not matter.
        this.patches = new Patches(git, 0, 0);
    }

    /** What is put into a new worktree before anybody works there. */
    @FunctionalInterface
    interface Contents {
        void putInto(Path worktree) throws InterruptedException;
    }

    /**
     * How a worktree begins.
     *
     * @param base what its change counts from
     * @param commit what is checked out
     * @param contents what comes on top, or null
     */
    record Start(BaseBranch base, String commit, @Nullable Contents contents) {
        static Start at(BaseBranch base) {
            return new Start(base, base.sha(), null);
        }
    }

    /** The base branch as a task without a predecessor would get it. */
    @FunctionalInterface
    interface UsualBase {
        BaseBranch choose() throws InterruptedException;
    }

    /**
     * Finds the start of a request that names a task to continue from, or a patch. The caller holds the repository's lock.
     *
     * @param predecessor the worktree of the task to continue from, if it is on this machine
     * @param warnings gets what the user should hear
     * @throws MakimaException CONFLICT, with all reasons, where the task cannot be continued
     */
    Start start(
            WorktreeRequest request,
            Repository repository,
            Optional<Worktree> predecessor,
            UsualBase usual,
            List<String> warnings)
            throws InterruptedException {
        TaskId from = request.continueFrom();
        if (from == null) {
            return fromPatchIfPossible(request, repository, usual, warnings);
        }
        String reason;
        try {
            return fromWorktree(request, repository, predecessor, from, warnings);
        } catch (MakimaException e) {
            reason = e.what();
        }
        SavedPatch patch = request.patch();
        if (patch == null) {
            throw cannot(from, reason + "; and there is no patch of its work", null);
        }
        if (!isHere(repository, patch.baseSha())) {
            throw cannot(
                    from, reason + "; and its patch begins at commit " + patch.baseSha() + ", which is not here", null);
        }
        warnings.add("continuing from the patch of task " + from + ", since " + reason);
        return new Start(atPatch(usual, patch), patch.baseSha(), worktree -> {
            try {
                apply(worktree, patch);
            } catch (MakimaException e) {
                throw cannot(from, reason + "; and " + e.what(), e);
            }
        });
    }

    private Start fromPatchIfPossible(
            WorktreeRequest request, Repository repository, UsualBase usual, List<String> warnings)
            throws InterruptedException {
        SavedPatch patch = request.patch();
        if (patch == null) {
            return Start.at(usual.choose());
        }
        if (!isHere(repository, patch.baseSha())) {
            warnings.add("going on without the patch, since the commit " + patch.baseSha()
                    + " that it begins at is not in the repository");
            return Start.at(usual.choose());
        }
        return new Start(
                atPatch(usual, patch), patch.baseSha(), worktree -> applyIfPossible(worktree, patch, warnings));
    }

    /**
     * The start of a worktree with a patch that must fit.
     *
     * @throws MakimaException CONFLICT where the commit that it begins at is not to be had
     */
    Start fromPatch(Repository repository, SavedPatch patch, UsualBase usual) throws InterruptedException {
        if (!isHere(repository, patch.baseSha())) {
            throw new MakimaException(
                    ErrorCode.CONFLICT, "its patch begins at commit " + patch.baseSha() + ", which is not here");
        }
        return new Start(atPatch(usual, patch), patch.baseSha(), worktree -> apply(worktree, patch));
    }

    /** Applies it where there is one; that it does not fit is a warning. */
    void applyIfPossible(Path worktree, @Nullable SavedPatch patch, List<String> warnings) throws InterruptedException {
        if (patch == null) {
            return;
        }
        try {
            apply(worktree, patch);
        } catch (MakimaException e) {
            warnings.add("going on without the patch: " + e.what());
        }
    }

    private static BaseBranch atPatch(UsualBase usual, SavedPatch patch) throws InterruptedException {
        return new BaseBranch(usual.choose().name(), patch.baseSha(), List.of());
    }

    /** Applies it; that it does not fit is an error. */
    void apply(Path worktree, SavedPatch patch) throws InterruptedException {
        switch (patches.apply(worktree, patch.base64Gzip(), patch.baseSha())) {
            case AppliedPatch.Clean clean -> {
                // Nothing to say: it is what was asked for.
            }
            case AppliedPatch.Conflicts conflicts ->
                throw new MakimaException(
                        ErrorCode.CONFLICT, "its patch does not fit: " + String.join(", ", conflicts.paths()));
        }
    }

    /** Whether the commit is in the repository; origin is asked for it if not. */
    private boolean isHere(Repository repository, String sha) throws InterruptedException {
        if (!sha.matches("[0-9a-f]{40,64}")) {
            return false;
        }
        if (has(repository, sha)) {
            return true;
        }
        try {
            git.run(git.remoteCall(
                    repository.directory(),
                    FETCH_LIMIT,
                    "fetch",
                    "--quiet",
                    "--no-write-fetch-head",
                    "--no-tags",
                    "--no-recurse-submodules",
                    "--no-auto-maintenance",
                    "--upload-pack=git-upload-pack",
                    "origin",
                    sha));
        } catch (MakimaException e) {
            // No answer in time: then it is not here, which is what the caller tells.
            return false;
        }
        return has(repository, sha);
    }

    private boolean has(Repository repository, String sha) throws InterruptedException {
        return git.run(repository.directory(), FETCH_LIMIT, "cat-file", "-e", sha + "^{commit}")
                .ok();
    }

    private Start fromWorktree(
            WorktreeRequest request,
            Repository repository,
            Optional<Worktree> predecessor,
            TaskId from,
            List<String> warnings)
            throws InterruptedException {
        Worktree source = predecessor.orElseThrow(
                () -> new MakimaException(ErrorCode.NOT_FOUND, "its worktree is not on this machine"));
        if (!source.repository().equals(repository.common())) {
            throw new MakimaException(
                    ErrorCode.CONFLICT, "its worktree " + source.path() + " belongs to another repository");
        }
        try (ScratchIndex index = ScratchIndex.of(git, source, ScratchIndex.Store.REPOSITORY)) {
            String head = Head.read(git, index)
                    .map(Head::sha)
                    .orElseThrow(() -> new MakimaException(
                            ErrorCode.CONFLICT, "nothing is checked out in its worktree " + source.path()));
            String given = request.baseBranch();
            BaseBranch base = new BaseBranch(
                    given == null || given.isBlank() ? source.baseBranch() : given.strip(),
                    source.baseSha(),
                    List.of());
            WorktreeState.operationIn(index.admin())
                    .ifPresent(what -> warnings.add("a " + what + " is in progress in the worktree of task " + from
                            + ": its files are taken as they are"));
            return new Start(base, head, worktree -> bring(source, head, worktree, warnings));
        }
    }

    /**
     * Makes the new worktree, checked out at the source's HEAD, the same as the source. Git writes the files that differ;
     * where it converts line ends, or a filter does, the source's bytes follow. What is staged there is staged here.
     */
    private void bring(Worktree source, String head, Path target, List<String> warnings) throws InterruptedException {
        try (ScratchIndex index = ScratchIndex.of(git, source, ScratchIndex.Store.REPOSITORY)) {
            boolean conflicts = !index.unmerged().isEmpty();
            String staged = conflicts ? head : index.stagedTree();
            String files = index.workingTree();
            git.runOk(in(target, "read-tree", "-m", "-u", head, files));
            git.runOk(in(target, "read-tree", staged));
            List<String> nested = new ArrayList<>();
            List<TreeChange> changes = TreeChange.between(git, index, head, files);
            SparseCheckout.reveal(git, source.path(), target, changes);
            for (TreeChange change : changes) {
                if (change.isNested()) {
                    nested.add(change.path());
                    deleteIfEmpty(target.resolve(change.path()));
                } else if (!change.isDeletion()) {
                    sameBytes(source.path().resolve(change.path()), target.resolve(change.path()));
                }
            }
            // Exit code 1: some files are not as staged, which is what they are meant to be.
            git.run(in(target, "update-index", "-q", "--refresh"));
            if (conflicts) {
                warnings.add("there are unresolved conflicts in " + source.path()
                        + ": the files came along as they are, and nothing is staged");
            }
            if (!nested.isEmpty()) {
                warnings.add("repositories inside of " + source.path() + " did not come along: "
                        + String.join(", ", nested));
            }
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot bring the files of " + source.path() + " to " + target + ": " + e.getMessage(),
                    "Check the permissions and the free space there",
                    e);
        }
    }

    private static GitCall in(Path worktree, String... arguments) {
        return GitCall.of(worktree, Duration.ofMinutes(15), arguments);
    }

    private static void sameBytes(Path source, Path target) throws IOException {
        if (Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
                && Files.mismatch(source, target) >= 0) {
            FileCopy.replace(source, target);
        }
    }

    private static void deleteIfEmpty(Path directory) throws IOException {
        try (var inside = Files.newDirectoryStream(directory)) {
            if (inside.iterator().hasNext()) {
                return;
            }
        } catch (NotDirectoryException | NoSuchFileException e) {
            return;
        }
        Files.deleteIfExists(directory);
    }

    /** The refusal where the repository was to be the one that was made for the task before. */
    static MakimaException withoutRepository(TaskId from) {
        return cannot(
                from,
                "the repository that was made for it is not on this machine; and a patch would need that repository",
                null);
    }

    private static MakimaException cannot(TaskId from, String reasons, @Nullable Throwable cause) {
        return new MakimaException(
                ErrorCode.CONFLICT,
                "cannot continue from task " + from + ": " + reasons,
                "Start the task without the other one, or on the machine that has its worktree",
                cause);
    }
}
