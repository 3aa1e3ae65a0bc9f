package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives each task a worktree of its own, made from a repository on this machine or from a URL.
 *
 * <p>Thread-safe. Creations in one repository take turns, in order; those in different repositories do not wait for each
 * other. Blocking: never to be called on an event loop. Interrupting the caller ends every step at once.
 */
public final class Worktrees {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** A checkout may have to fetch large files (LFS), so this is generous. */
    private static final Duration CHECKOUT_LIMIT = Duration.ofMinutes(15);

    private static final Duration FETCH_LIMIT = Duration.ofSeconds(15);

    private final Git git;
    private final GitSettings settings;
    private final Repositories repositories;
    private final OwnersVersion owners;
    private final NewRepositories beginnings;
    private final Fetches fetches;
    private final Places places;
    private final Continuation continuation;

    /** Worktrees under these settings. There should be one object of this per process, see {@link Git}. */
    public Worktrees(Git git, GitSettings settings) {
        this(git, settings, FETCH_LIMIT);
    }

    Worktrees(Git git, GitSettings settings, Duration fetchLimit) {
        this.git = git;
        this.settings = settings;
        this.repositories = new Repositories(git, settings.reposDir(), settings.rules());
        this.owners = new OwnersVersion(git, settings);
        this.beginnings = new NewRepositories(git, settings);
        this.fetches = new Fetches(git, fetchLimit);
        this.places = new Places(settings.worktreesDir(), settings.branchPrefix());
        this.continuation = new Continuation(git);
    }

    /**
     * The task's worktree: the one that it has, as it is; else its branch checked out again; else a new branch, which goes on
     * from another task's work where the request says so.
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
        Optional<Worktree> existing = existing(repository.common(), request.taskId());
        if (existing.isPresent()) {
            return existing.get();
        }
        RepositoryConfig config = RepositoryConfig.read(git, repository.directory());
        List<String> warnings = new ArrayList<>();
        Optional<String> remoteDefault = refresh(repository, config, given == null, warnings);
        return git.locks().locked(repository.common(), () -> {
            Optional<Worktree> meanwhile = existing(repository.common(), request.taskId());
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            return make(new Plan(request, repository, config, given, remoteDefault, predecessor, warnings));
        });
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
                        .flatMap(common -> existing(common, taskId))
                        .filter(worktree -> worktree.path().equals(candidate));
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
     * The worktrees of all tasks under the worktrees directory, without repositories that were made for a task; no git runs.
     *
     * @throws MakimaException IO where the worktrees directory cannot be read
     */
    public List<Worktree> all() {
        if (!Files.isDirectory(settings.worktreesDir())) {
            return List.of();
        }
        List<Worktree> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(settings.worktreesDir())) {
            for (Path entry : entries) {
                GitFiles.commonDirectoryOf(entry).map(TaskRecords::all).orElse(List.of()).stream()
                        .filter(worktree -> worktree.path().equals(entry))
                        .forEach(found::add);
            }
            return found;
        } catch (IOException | DirectoryIteratorException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot read the directory " + settings.worktreesDir(), "Check its permissions", e);
        }
    }

    private record Plan(
            WorktreeRequest request,
            Repository repository,
            RepositoryConfig config,
            @Nullable RefName given,
            Optional<String> remoteDefault,
            Optional<Worktree> predecessor,
            List<String> warnings) {}

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

    private static Optional<Worktree> existing(Path common, TaskId id) {
        return TaskRecords.read(common, id)
                .filter(worktree -> GitFiles.commonDirectoryOf(worktree.path())
                        .filter(common::equals)
                        .isPresent());
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

    private Worktree make(Plan plan) throws InterruptedException {
        Path common = plan.repository().common();
        TaskId id = plan.request().taskId();
        Branches branches = Branches.read(git, plan.repository().directory());
        Optional<Worktree> recorded = TaskRecords.read(common, id);
        Optional<String> own = recorded.map(Worktree::branch)
                .filter(branches.local()::containsKey)
                .or(() -> plan.config()
                        .branchesOf(id)
                        .filter(branches.local()::containsKey)
                        .findFirst());
        try {
            GitFiles.excludeHelpers(common);
        } catch (IOException e) {
            plan.warnings().add("could not keep .makima/ out of git's sight in " + common + ": " + e.getMessage());
        }
        PrivateFiles.directory(settings.worktreesDir());
        if (own.isEmpty()) {
            Continuation.Start start = continuation.start(
                    plan.request(), plan.repository(), plan.predecessor(), () -> base(plan, branches), plan.warnings());
            Places.Place place = places.claim(plan.request(), branches, null);
            return add(plan, place, start, true, false);
        }
        return again(plan, branches, own.get(), recorded);
    }

    private BaseBranch base(Plan plan, Branches branches) throws InterruptedException {
        BaseBranch base = BaseBranch.choose(
                git,
                plan.repository().directory(),
                plan.repository().shown(),
                branches,
                plan.given(),
                plan.remoteDefault());
        plan.warnings().addAll(base.warnings());
        return base;
    }

    /** The task's branch is there: its worktree may be too, unrecorded, or is checked out again. */
    private Worktree again(Plan plan, Branches branches, String branch, Optional<Worktree> recorded)
            throws InterruptedException {
        Path common = plan.repository().common();
        Branches.Local local = branches.local().get(branch);
        BaseBranch base = recorded.isPresent()
                ? new BaseBranch(recorded.get().baseBranch(), recorded.get().baseSha(), List.of())
                : baseOf(plan, branches, branch);
        Optional<Path> checkedOut = local == null ? Optional.empty() : local.worktree();
        if (checkedOut.isPresent() && checkedOut.get().startsWith(Repositories.canonical(settings.worktreesDir()))) {
            Optional<Path> owner = GitFiles.commonDirectoryOf(checkedOut.get());
            if (owner.isPresent() && owner.get().equals(common)) {
                return recorded(plan, checkedOut.get(), branch, base);
            }
        }
        boolean stale = checkedOut.isPresent() && !Files.exists(checkedOut.get());
        Places.Place place = places.claim(plan.request(), branches, branch);
        return add(plan, place, Continuation.Start.at(base), false, stale);
    }

    /** Where nothing is recorded: the point where the task's branch left the base branch. */
    private BaseBranch baseOf(Plan plan, Branches branches, String branch) throws InterruptedException {
        BaseBranch base = base(plan, branches);
        GitResult fork =
                git.run(plan.repository().directory(), LIMIT, "merge-base", base.sha(), "refs/heads/" + branch);
        return fork.ok() ? new BaseBranch(base.name(), fork.text(), List.of()) : base;
    }

    private Worktree add(Plan plan, Places.Place place, Continuation.Start start, boolean newBranch, boolean stale)
            throws InterruptedException {
        Path directory = plan.repository().directory();
        List<RelativePath> sparse = sparse(plan, start.base());
        List<String> arguments = new ArrayList<>(List.of(
                // As many as there are processors; git leaves small checkouts to one.
                "-c", "checkout.workers=0", "worktree", "add", "--quiet"));
        if (newBranch || stale) {
            // For a path or branch that git still counts to a worktree whose directory somebody removed.
            arguments.add("--force");
        }
        if (!sparse.isEmpty()) {
            arguments.add("--no-checkout");
        }
        Continuation.Contents contents = start.contents();
        if (contents != null) {
            // The branch comes last: what a crash leaves is then never taken for the task's worktree.
            arguments.addAll(List.of("--detach", place.path().toString(), start.commit()));
        } else if (newBranch) {
            arguments.addAll(
                    List.of("--no-track", "-b", place.branch(), place.path().toString(), start.commit()));
        } else {
            arguments.addAll(List.of(place.path().toString(), place.branch()));
        }
        try {
            if (newBranch) {
                // Before there is a branch: a crash in between leaves a note about nothing, not an unknown branch.
                RepositoryConfig.set(
                        git,
                        directory,
                        RepositoryConfig.taskKey(place.branch()),
                        plan.request().taskId().toString());
            }
            git.runOk(directory, CHECKOUT_LIMIT, arguments.toArray(String[]::new));
            Path common = plan.repository().common();
            if (!sparse.isEmpty()) {
                SparseCheckout.fill(git, common, place.path(), sparse, CHECKOUT_LIMIT);
            }
            if (settings.identity() != null) {
                RepositoryConfig config = sparse.isEmpty() ? plan.config() : RepositoryConfig.read(git, directory);
                WorktreeIdentity.apply(git, config, common, place.path(), settings.identity());
            }
            if (contents != null) {
                contents.putInto(place.path());
                git.runOk(place.path(), LIMIT, "checkout", "--quiet", "--no-track", "-b", place.branch());
            }
            return recorded(plan, place.path(), place.branch(), start.base());
        } catch (RuntimeException | InterruptedException e) {
            Undisturbed.run(place.path().toString(), () -> undo(directory, place, newBranch));
            throw e;
        }
    }

    /** The directories to check out, as the repository's owner wants it; empty for all. */
    private List<RelativePath> sparse(Plan plan, BaseBranch base) throws InterruptedException {
        Path common = plan.repository().common();
        Optional<RelativePath> file = settings.rules().file(plan.request().repository(), common);
        Optional<byte[]> content =
                file.isEmpty() ? Optional.empty() : owners.read(common, base.sha(), file.get(), CheckoutRules.LONGEST);
        return content.map(settings.rules()::shape)
                .map(CheckoutRules.Shape::sparse)
                .orElse(List.of());
    }

    private Worktree recorded(Plan plan, Path path, String branch, BaseBranch base) {
        Worktree worktree = new Worktree(
                plan.request().taskId(),
                path,
                plan.repository().common(),
                branch,
                base.name(),
                base.sha(),
                plan.warnings());
        TaskRecords.write(worktree);
        return worktree;
    }

    /** Each step may find nothing to do; what git says about that is of no interest. */
    private void undo(Path directory, Places.Place place, boolean newBranch) throws InterruptedException, IOException {
        git.run(
                directory,
                LIMIT,
                "worktree",
                "remove",
                "--force",
                "--force",
                place.path().toString());
        Undisturbed.deleteTree(place.path());
        if (newBranch) {
            git.run(directory, LIMIT, "branch", "--quiet", "-D", "--", place.branch());
            RepositoryConfig.remove(git, directory, "--remove-section", "branch." + place.branch());
        }
    }
}
