package dev.makima.git;

import dev.makima.base.PrivateFiles;
import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a task's worktree in a repository that is found and up to date. Thread-safe; blocking. */
final class WorktreeMaking {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** A checkout may have to fetch large files (LFS), so this is generous. */
    private static final Duration CHECKOUT_LIMIT = Duration.ofMinutes(15);

    private final Git git;
    private final GitSettings settings;
    private final OwnersVersion owners;
    private final Places places;
    private final Continuation continuation;
    private final Supplier<@Nullable Identity> identity;

    /** @param identity who commits, or null for what is configured; asked for each worktree */
    WorktreeMaking(Git git, GitSettings settings, Supplier<@Nullable Identity> identity) {
        this.git = git;
        this.settings = settings;
        this.owners = new OwnersVersion(git, settings);
        this.places = new Places(settings.worktreesDir(), settings.branchPrefix());
        this.continuation = new Continuation(git);
        this.identity = identity;
    }

    /**
     * What is known before a worktree is made.
     *
     * @param given the base branch that the task names
     * @param remoteDefault the remote's default branch, where that was asked
     * @param predecessor the worktree to go on from, where it is on this machine
     * @param warnings what people should know of the worktree; more is added
     */
    record Plan(
            WorktreeRequest request,
            Repository repository,
            RepositoryConfig config,
            @Nullable RefName given,
            Optional<String> remoteDefault,
            Optional<Worktree> predecessor,
            List<String> warnings) {}

    /**
     * Makes it; the caller has the repository's lock.
     *
     * @throws InterruptedException where the calling thread was interrupted; what was half made is removed by then
     * @throws dev.makima.base.MakimaException see {@link Worktrees#create}
     */
    Worktree make(Plan plan) throws InterruptedException {
        Path common = plan.repository().common();
        TaskId id = plan.request().taskId();
        Branches branches = Branches.read(git, plan.repository().directory());
        OwnWorktrees ours = new OwnWorktrees(settings, plan.request().own());
        List<Worktree> known = TaskRecords.of(common, id);
        Set<String> others = ours.branchesOfOthers(known, branches, id);
        TaskRecords.aside(common).stream()
                .filter(worktree -> worktree.taskId().equals(id))
                .forEach(worktree -> others.add(worktree.branch()));
        Optional<Worktree> recorded = known.stream()
                .filter(worktree -> !others.contains(worktree.branch()))
                .sorted(Comparator.comparing(worktree -> !ours.has(worktree.path())))
                .findFirst();
        Optional<String> own = recorded.map(Worktree::branch)
                .filter(branches.local()::containsKey)
                .or(() -> plan.config()
                        .branchesOf(id)
                        .filter(branches.local()::containsKey)
                        .filter(branch -> !others.contains(branch))
                        // The newest hand-over's, by the number behind its name.
                        .max(Comparator.comparingInt((String branch) ->
                                        TaskNames.suffix(branch, id).length())
                                .thenComparing(branch -> TaskNames.suffix(branch, id))));
        try {
            GitFiles.excludeHelpers(common);
        } catch (IOException e) {
            plan.warnings().add("could not keep .makima/ out of git's sight in " + common + ": " + e.getMessage());
        }
        PrivateFiles.directory(settings.worktreesDir());
        if (own.isEmpty()) {
            Continuation.Start start = continuation.start(
                    plan.request(), plan.repository(), plan.predecessor(), () -> base(plan, branches), plan.warnings());
            long handOver = plan.request().handOver();
            String suffix = others.isEmpty() || handOver < 2 ? "" : "-" + handOver;
            Places.Place place = places.claim(plan.request(), branches, null, suffix);
            return add(plan, place, start, true, false);
        }
        return again(plan, branches, own.get(), recorded, ours);
    }

    /**
     * Makes one with the patch, and sets aside what the task has here; the caller has the repository's lock.
     *
     * @throws dev.makima.base.MakimaException see {@link Worktrees#restore}
     */
    Worktree restore(Plan plan, SavedPatch patch) throws InterruptedException {
        Path common = plan.repository().common();
        TaskId id = plan.request().taskId();
        Branches branches = Branches.read(git, plan.repository().directory());
        List<Worktree> known = TaskRecords.of(common, id);
        Continuation.Start start = continuation.fromPatch(plan.repository(), patch, () -> base(plan, branches));
        PrivateFiles.directory(settings.worktreesDir());
        boolean beside = !known.isEmpty() || plan.config().branchesOf(id).anyMatch(branches.local()::containsKey);
        String suffix = beside ? "-" + plan.request().handOver() : "";
        Worktree made = add(plan, places.claim(plan.request(), branches, null, suffix), start, true, false);
        OwnWorktrees ours = new OwnWorktrees(settings, plan.request().own());
        known.stream().filter(worktree -> ours.has(worktree.path())).forEach(TaskRecords::setAside);
        return made;
    }

    /** See {@link Continuation#apply}. */
    void apply(Path worktree, SavedPatch patch) throws InterruptedException {
        continuation.apply(worktree, patch);
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
    private Worktree again(Plan plan, Branches branches, String branch, Optional<Worktree> recorded, OwnWorktrees ours)
            throws InterruptedException {
        Path common = plan.repository().common();
        Branches.Local local = branches.local().get(branch);
        BaseBranch base = recorded.isPresent()
                ? new BaseBranch(recorded.get().baseBranch(), recorded.get().baseSha(), List.of())
                : baseOf(plan, branches, branch);
        Optional<Path> checkedOut = local == null ? Optional.empty() : local.worktree();
        if (checkedOut.isPresent() && ours.has(checkedOut.get())) {
            Optional<Path> owner = GitFiles.commonDirectoryOf(checkedOut.get());
            if (owner.isPresent() && owner.get().equals(common)) {
                return recorded(plan, checkedOut.get(), branch, base);
            }
        }
        boolean stale = checkedOut.isPresent() && !Files.exists(checkedOut.get());
        Places.Place place = places.claim(plan.request(), branches, branch, "");
        Worktree made = add(plan, place, Continuation.Start.at(base), false, stale);
        if (plan.request().continueFrom() == null) {
            // What was saved elsewhere may be newer than the branch. What of it is in the branch already does no harm.
            continuation.applyIfPossible(made.path(), plan.request().patch(), plan.warnings());
        }
        return new Worktree(
                made.taskId(),
                made.path(),
                made.repository(),
                made.branch(),
                made.baseBranch(),
                made.baseSha(),
                plan.warnings());
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
            @Nullable Identity author = identity.get();
            if (author != null) {
                RepositoryConfig config = sparse.isEmpty() ? plan.config() : RepositoryConfig.read(git, directory);
                WorktreeIdentity.apply(git, config, common, place.path(), author);
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
