package dev.makima.daemon.place;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import dev.makima.base.TaskId;
import dev.makima.git.AppliedPatch;
import dev.makima.git.CopiedFiles;
import dev.makima.git.GitTools;
import dev.makima.git.SavedPatch;
import dev.makima.git.Worktree;
import dev.makima.git.WorktreeRequest;
import dev.makima.protocol.SpawnTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A worktree of a task's own: from a repository, a patch, or another task's work. For one task; blocking. */
final class RepositoryPlace {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40,64}");

    private final GitTools git;
    private final KnownPlaces known;
    private final SpawnTask spawn;
    private final List<String> lines = new ArrayList<>();

    RepositoryPlace(GitTools git, KnownPlaces known, SpawnTask spawn) {
        this.git = git;
        this.known = known;
        this.spawn = spawn;
    }

    /**
     * The worktree; empty for a task that names neither a repository nor a task that has one.
     *
     * @param before where the task worked in an earlier run
     * @throws MakimaException where the repository, the branch, the disk or the task to continue from does not allow it
     */
    Optional<Place> make(Optional<KnownPlaces.Known> before) throws InterruptedException {
        @Nullable TaskId from = spawn.continueFromTaskId();
        Optional<KnownPlaces.Known> predecessor = from == null ? Optional.empty() : known.find(from);
        Optional<String> repository = repository(predecessor);
        if (repository.isEmpty()) {
            return Optional.empty();
        }
        // A task in another's worktree has its work there.
        TaskId source = predecessor
                .map(KnownPlaces.Known::worktree)
                .map(Worktree::taskId)
                .orElse(from);
        @Nullable SavedPatch patch = patch();
        Worktree worktree = git.worktrees().create(request(repository.get(), source, patch, before));
        boolean fresh = before.filter(there -> there.directory().equals(worktree.path()))
                .isEmpty();
        lines.addAll(worktree.warnings());
        if (fresh && patch != null && from == null && spawn.startsNewRepository()) {
            intoNew(worktree, patch);
        }
        lines.add(told(worktree, fresh ? "Working in " : "Working on in "));
        if (fresh && from != null) {
            lines.add("It goes on from task " + from + ".");
        }
        return Optional.of(new Place(worktree.path(), worktree, fresh, lines));
    }

    /**
     * A worktree from the patch that came with the task, which is newer than what is here; that stays where it is.
     *
     * @param before where the task worked in an earlier run
     * @param say is told why there is none, where there could have been one
     * @return empty where the task has no patch or no repository, or the patch does not fit
     * @throws MakimaException IO or TIMEOUT where the disk or git's other side did not do it
     */
    Optional<Place> restore(Optional<KnownPlaces.Known> before, Consumer<String> say) throws InterruptedException {
        @Nullable SavedPatch patch = patch();
        Optional<String> repository = Optional.ofNullable(spawn.repoUrl())
                .map(String::strip)
                .filter(named -> !named.isEmpty())
                .or(() -> before.map(KnownPlaces.Known::worktree)
                        .map(worktree -> worktree.repository().toString()));
        if (patch == null || repository.isEmpty()) {
            return Optional.empty();
        }
        try {
            Worktree worktree = git.worktrees().restore(request(repository.get(), null, null, before), patch);
            List<String> told = new ArrayList<>(worktree.warnings());
            before.ifPresent(
                    old -> told.add("The task was worked at elsewhere since it was here. What was done here stays in "
                            + old.directory() + ", and is not gone on with."));
            told.add(told(worktree, "Working with what was saved elsewhere, in "));
            return Optional.of(new Place(worktree.path(), worktree, true, told));
        } catch (MakimaException e) {
            if (e.code() == ErrorCode.IO || e.code() == ErrorCode.TIMEOUT) {
                // It may be possible in a moment: to go on with older work is for where it never will be.
                throw e;
            }
            say.accept("What was saved of the task elsewhere is newer than what is here, and cannot be restored: "
                    + e.what());
            return Optional.empty();
        }
    }

    private WorktreeRequest request(
            String repository,
            @Nullable TaskId source,
            @Nullable SavedPatch patch,
            Optional<KnownPlaces.Known> before) {
        return new WorktreeRequest(
                spawn.taskId(),
                spawn.taskName(),
                repository,
                spawn.baseBranch(),
                source,
                patch,
                spawn.fence() == null ? 0 : spawn.fence(),
                own(before));
    }

    /** Where the store says that the task's own worktree is: another's, that it once worked in, is not. */
    private @Nullable Path own(Optional<KnownPlaces.Known> before) {
        return before.map(KnownPlaces.Known::worktree)
                .filter(worktree -> worktree.taskId().equals(spawn.taskId()))
                .map(Worktree::path)
                .orElse(null);
    }

    /** One line about a worktree. */
    static String told(Worktree worktree, String beginning) {
        String sha = worktree.baseSha();
        return beginning + worktree.path() + " on branch " + worktree.branch() + ", from " + worktree.baseBranch()
                + " at " + (sha.length() > 10 ? sha.substring(0, 10) : sha) + ".";
    }

    private Optional<String> repository(Optional<KnownPlaces.Known> predecessor) {
        @Nullable String named = spawn.repoUrl();
        if (named != null && !named.isBlank()) {
            return Optional.of(named.strip());
        }
        if (spawn.patchData() != null) {
            lines.add("The patch that came with the task is left out: the task names no repository.");
        }
        return predecessor
                .map(KnownPlaces.Known::worktree)
                .map(worktree -> worktree.repository().toString());
    }

    private @Nullable SavedPatch patch() {
        @Nullable String data = spawn.patchData();
        @Nullable String base = spawn.patchBaseSha();
        if (data == null || data.isBlank()) {
            return null;
        }
        if (base == null || !COMMIT.matcher(base).matches()) {
            lines.add("Going on without the patch: the commit that it begins at (patchBaseSha) is not named.");
            return null;
        }
        return new SavedPatch(data, base);
    }

    /** The repository that the patch is from is on another machine; this one begins as empty as that did. */
    private void intoNew(Worktree worktree, SavedPatch patch) throws InterruptedException {
        try {
            AppliedPatch applied = git.patches().apply(worktree.path(), patch.base64Gzip(), patch.baseSha());
            switch (applied) {
                case AppliedPatch.Clean clean ->
                    lines.add("The work saved so far is here again: "
                            + clean.paths().size() + " files.");
                case AppliedPatch.Conflicts conflicts ->
                    lines.add("Going on without the patch: it does not fit: "
                            + String.join(
                                    ", ", conflicts.paths().stream().limit(20).toList()));
            }
        } catch (MakimaException e) {
            lines.add("Going on without the patch: " + e.what());
        }
    }

    /**
     * What a task without a repository, which goes on from another one without, begins with.
     *
     * @return lines for people
     * @throws MakimaException CONFLICT where that task has no directory on this machine
     */
    List<String> continueIn(Path directory) throws InterruptedException {
        @Nullable TaskId from = spawn.continueFromTaskId();
        if (from == null) {
            return List.of();
        }
        Path source = known.find(from)
                .map(KnownPlaces.Known::directory)
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.CONFLICT,
                        "cannot continue from task " + from + ": its work is not on this machine; and the task names no"
                                + " repository in which a patch of it could be restored",
                        "Start the task without the other one, or on the machine that has its work"));
        List<String> said = new ArrayList<>();
        try (Stream<Path> entries = Files.list(source)) {
            List<RelativePath> names = entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .map(RelativePath::new)
                    .toList();
            said.addAll(CopiedFiles.copy(source, names, directory));
        } catch (IOException | UncheckedIOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read the directory " + source, "Check its permissions", e);
        }
        said.add("It goes on from task " + from + ": that one's files were copied.");
        return said;
    }

    /** What people should know so far. */
    List<String> lines() {
        return List.copyOf(lines);
    }
}
