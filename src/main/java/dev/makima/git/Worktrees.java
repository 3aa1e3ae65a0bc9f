package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives each task a worktree of its own, made from a repository on this machine or from a URL.
 *
 * <p>Thread-safe. Creations in one repository take turns, in order; those in different repositories do not wait for each
 * other. Blocking: never to be called on an event loop. Interrupting the caller ends every step at once.
 */
public final class Worktrees {
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(15);

    private final Git git;
    private final GitSettings settings;
    private final Repositories repositories;
    private final NewRepositories beginnings;
    private final Fetches fetches;
    private final WorktreeMaking making;
    private volatile @Nullable Identity identity;

    /** Worktrees under these settings. There should be one object of this per process, see {@link Git}. */
    public Worktrees(Git git, GitSettings settings) {
        this(git, settings, FETCH_LIMIT);
    }

    Worktrees(Git git, GitSettings settings, Duration fetchLimit) {
        this.git = git;
        this.settings = settings;
        this.repositories = new Repositories(git, settings.reposDir(), settings.rules());
        this.identity = settings.identity();
        this.beginnings = new NewRepositories(git, settings, () -> this.identity);
        this.fetches = new Fetches(git, fetchLimit);
        this.making = new WorktreeMaking(git, settings, () -> this.identity);
    }

    /**
     * Who commits in the worktrees that are made from now on; those that are there keep theirs. Any thread.
     *
     * @param next in place of the one that the settings name
     */
    public void commitAs(Identity next) {
        identity = next;
    }

    /**
     * The task's worktree: the one that it has, as it is; else its branch checked out again; else a new branch, which goes on
     * from another task's work where the request says so. Another daemon's worktree of the task is none that it has, and its
     * branch stays alone too, as long as that worktree is there.
     *
     * @throws InterruptedException where the calling thread was interrupted; what was half made is removed by then
     * @throws MakimaException VALIDATION for a repository or base branch that cannot be used; NOT_FOUND for a directory
     *     that is not there; CONFLICT where the task to continue from is neither here nor in a patch; COMMAND_FAILED or
     *     TIMEOUT where git failed; IO for a disk that does. Nothing half made stays.
     */
    public Worktree create(WorktreeRequest request) throws InterruptedException {
        @Nullable RefName given = given(request.baseBranch());
        Optional<Worktree> predecessor =
                Optional.ofNullable(request.continueFrom()).flatMap(this::find);
        boolean anew = NewRepositories.isMeant(request.repository());
        if (anew && predecessor.isEmpty()) {
            if (request.continueFrom() != null && find(request.taskId()).isEmpty()) {
                throw Continuation.withoutRepository(request.continueFrom());
            }
            return beginnings.create(request);
        }
        TaskNames.candidates(settings.branchPrefix(), request.taskName(), request.taskId());
        Repository repository = anew ? repositoryOf(predecessor.get()) : repositories.find(request.repository());
        Optional<Worktree> existing = own(repository.common(), request);
        if (existing.isPresent()) {
            return existing.get();
        }
        RepositoryConfig config = RepositoryConfig.read(git, repository.directory());
        List<String> warnings = new ArrayList<>();
        Optional<String> remoteDefault = refresh(repository, config, given == null, warnings);
        return git.locks().locked(repository.common(), () -> {
            Optional<Worktree> meanwhile = own(repository.common(), request);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            return making.make(
                    new WorktreeMaking.Plan(request, repository, config, given, remoteDefault, predecessor, warnings));
        });
    }

    /**
     * A new worktree with the work of the request's patch, which is newer than what the task has here. That is set aside: its
     * directory and branch stay as they are, and are not found as the task's any more but by {@link #setAside}. Another task
     * to continue from is not asked: its work is in the patch.
     *
     * @throws InterruptedException where the calling thread was interrupted; what was half made is removed by then
     * @throws MakimaException where the patch cannot be applied, else as {@link #create}; nothing is set aside then
     */
    public Worktree restore(WorktreeRequest request, SavedPatch patch) throws InterruptedException {
        if (NewRepositories.isMeant(request.repository())) {
            Optional<Worktree> before = beginnings.find(request.taskId());
            Worktree made = beginnings.make(request, worktree -> making.apply(worktree, patch));
            before.ifPresent(TaskRecords::delete);
            return made;
        }
        @Nullable RefName given = given(request.baseBranch());
        Repository repository = repositories.find(request.repository());
        RepositoryConfig config = RepositoryConfig.read(git, repository.directory());
        List<String> warnings = new ArrayList<>();
        Optional<String> remoteDefault = refresh(repository, config, given == null, warnings);
        return git.locks()
                .locked(
                        repository.common(),
                        () -> making.restore(
                                new WorktreeMaking.Plan(
                                        request, repository, config, given, remoteDefault, Optional.empty(), warnings),
                                patch));
    }

    /**
     * The worktree that this task has under the worktrees directory, or the repository that was made for it, looked for by
     * the directory's name; no git runs.
     *
     * @throws MakimaException IO where the worktrees directory cannot be read
     */
    public Optional<Worktree> find(TaskId taskId) {
        if (!Files.isDirectory(settings.worktreesDir())) {
            return beginnings.find(taskId);
        }
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(
                settings.worktreesDir(), path -> path.getFileName().toString().startsWith(taskId.shortId()))) {
            for (Path candidate : candidates) {
                Optional<Worktree> found = GitFiles.commonDirectoryOf(candidate)
                        .flatMap(common -> TaskRecords.at(common, taskId, candidate));
                if (found.isPresent()) {
                    return found;
                }
            }
            return beginnings.find(taskId);
        } catch (IOException | DirectoryIteratorException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot read the directory " + settings.worktreesDir(), "Check its permissions", e);
        }
    }

    /**
     * A worktree that was known before, as it is recorded now: its branch may be another one since. Empty where it is gone.
     * No git runs.
     */
    public Optional<Worktree> refreshed(Worktree known) {
        return TaskRecords.at(known.repository(), known.taskId(), known.path()).filter(Worktrees::isThere);
    }

    /**
     * The worktrees of all tasks under the worktrees directory, without repositories that were made for a task; no git runs.
     *
     * @throws MakimaException IO where the worktrees directory cannot be read
     */
    public List<Worktree> all() {
        return recorded(TaskRecords::all);
    }

    /**
     * Those under the worktrees directory that were set aside for newer work of their tasks, see {@link #restore}; no git runs.
     *
     * @throws MakimaException IO where the worktrees directory cannot be read
     */
    public List<Worktree> setAside() {
        return recorded(TaskRecords::aside);
    }

    private List<Worktree> recorded(Function<Path, List<Worktree>> records) {
        if (!Files.isDirectory(settings.worktreesDir())) {
            return List.of();
        }
        List<Worktree> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(settings.worktreesDir())) {
            for (Path entry : entries) {
                GitFiles.commonDirectoryOf(entry).map(records).orElse(List.of()).stream()
                        .filter(worktree -> worktree.path().equals(entry))
                        .forEach(found::add);
            }
            return found;
        } catch (IOException | DirectoryIteratorException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot read the directory " + settings.worktreesDir(), "Check its permissions", e);
        }
    }

    /** For a task that goes on in a repository that was made for the one before. */
    private static Repository repositoryOf(Worktree worktree) {
        return new Repository(
                worktree.repository(),
                worktree.repository(),
                worktree.repository().toString(),
                false,
                true);
    }

    private static @Nullable RefName given(@Nullable String baseBranch) {
        return baseBranch == null || baseBranch.isBlank() ? null : new RefName(baseBranch.strip());
    }

    /** One under the worktrees directory before one that was noted elsewhere. */
    private Optional<Worktree> own(Path common, WorktreeRequest request) {
        OwnWorktrees under = new OwnWorktrees(settings.worktreesDir(), _ -> false, null);
        OwnWorktrees ours = new OwnWorktrees(settings, request.own());
        return TaskRecords.of(common, request.taskId()).stream()
                .filter(Worktrees::isThere)
                .filter(worktree -> ours.has(worktree.path()))
                .min(Comparator.comparing(worktree -> !under.has(worktree.path())));
    }

    private static boolean isThere(Worktree worktree) {
        return GitFiles.commonDirectoryOf(worktree.path()).equals(Optional.of(worktree.repository()));
    }

    /** Fetches, and asks for the remote's default branch where that is not known or may be out of date. */
    private Optional<String> refresh(
            Repository repository, RepositoryConfig config, boolean needsDefault, List<String> warnings)
            throws InterruptedException {
        if (repository.fresh() || !config.hasOrigin()) {
            return Optional.empty();
        }
        Optional<String> failure = fetches.fetch(repository, config);
        if (failure.isPresent()) {
            warnings.add("could not fetch origin of " + repository.shown() + ", going on with what is here: "
                    + failure.get());
            return Optional.empty();
        }
        boolean unknown = repository.ours() || !Files.exists(repository.common().resolve("refs/remotes/origin/HEAD"));
        return needsDefault && unknown ? fetches.defaultBranch(repository) : Optional.empty();
    }
}
