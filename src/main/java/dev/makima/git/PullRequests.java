package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens pull requests on GitHub by its CLI, {@code gh}: commits what is uncommitted, pushes a branch, asks for the pull
 * request. One that is open already for the branch is reported.
 *
 * <p>Everything that can go wrong with git or gh is a result that says so, with the branch if it was pushed by then; only an
 * interrupt is an exception. No remote is added anywhere. Thread-safe; blocking.
 */
public final class PullRequests {
    private static final System.Logger LOG = System.getLogger(PullRequests.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int TITLE_LIMIT = 200;

    private final Git git;
    private final Changes changes;
    private final Completion completion;
    private final GitHubCli gh;

    /**
     * Pull requests by this git.
     *
     * @param environment the variables of this process, or what a test gives instead; gh is looked for on its PATH
     */
    public PullRequests(Git git, Map<String, String> environment) {
        this(git, new Completion(git), new GitHubCli(environment));
    }

    private PullRequests(Git git, Completion completion, GitHubCli gh) {
        this.git = git;
        this.changes = new Changes(git);
        this.completion = completion;
        this.gh = gh;
    }

    /** See {@link Completion#by}. */
    public PullRequests by(HandOver given) {
        return new PullRequests(git, completion.by(given), gh);
    }

    /**
     * Where a branch goes.
     *
     * @param push what git push is given: a remote's name, a URL or a path
     * @param url what gh is told
     * @param directory where gh runs
     * @param shown for people
     */
    private record Remote(String push, String url, Path directory, String shown) {}

    /**
     * Opens a pull request from the worktree to its own origin.
     *
     * @param title of the pull request, also the message of a commit of what is uncommitted
     * @param body its text, or null for none
     * @param base the branch to merge into; null or {@code main} for the task's base branch, where that is none main
     * @param branch what is pushed: this branch where there is one of the name, else HEAD as a branch of that name; null
     *     for the branch that is checked out, where none is the task's
     * @throws InterruptedException where the calling thread was interrupted
     */
    public PullRequestResult create(
            Worktree worktree, String title, @Nullable String body, @Nullable RefName base, @Nullable RefName branch)
            throws InterruptedException {
        try {
            if (title.isBlank()) {
                throw new MakimaException(ErrorCode.VALIDATION, "the pull request has no title", "Give it one");
            }
            WorktreeState state = WorktreeState.read(git, worktree);
            state.requireSettled(worktree.path());
            Remote origin = origin(worktree.path(), "the worktree's repository");
            String head = branch != null
                    ? BranchMerge.shortName(branch)
                    : state.branch().orElse(worktree.branch());
            String target = base(worktree, base);
            if (head.equals(target)) {
                throw new MakimaException(
                        ErrorCode.VALIDATION,
                        "a pull request can't go from " + head + " into the same branch",
                        "Name another branch to push the work to");
            }
            if (state.dirty()) {
                Commits.everything(git, worktree.path(), Text.abbreviate(title, TITLE_LIMIT) + "\n");
            }
            Optional<String> there = Revision.commit(git, worktree.path(), "refs/heads/" + head);
            boolean named = branch != null && there.isPresent();
            String sha = named
                    ? there.get()
                    : git.runOk(worktree.path(), LIMIT, "rev-parse", "--verify", "HEAD^{commit}")
                            .text();
            return pushAndOpen(
                    worktree,
                    origin,
                    new Request(
                            completion.handOver().pushed(TaskNames.plain(head, worktree.taskId())),
                            sha,
                            target,
                            title,
                            body == null ? "" : body));
        } catch (MakimaException e) {
            return failed(worktree, e);
        }
    }

    /**
     * The completion action {@code pr}: commits what is uncommitted, pushes the work as {@code makima/<name>-<id>} and opens
     * a pull request with the task's name for its title.
     *
     * @param targetRepository a repository on this machine whose origin is meant, {@code ~/…} too; null for the worktree's own
     * @param targetBranch the branch to merge into; null for the task's base branch, and in another repository for its
     *     default
     * @param mayPush false for a task that is local only, for which this is a failure
     * @throws InterruptedException where the calling thread was interrupted
     */
    public PullRequestResult complete(
            Worktree worktree,
            String taskName,
            @Nullable Path targetRepository,
            @Nullable RefName targetBranch,
            boolean mayPush)
            throws InterruptedException {
        if (!mayPush) {
            return PullRequestResult.failed("the task is local only, so nothing was pushed for a pull request");
        }
        try {
            Repository target = targetRepository == null
                    ? null
                    : Repositories.at(
                            git, Repositories.expand(git, targetRepository.toString()), targetRepository.toString());
            boolean own = target == null || target.common().equals(worktree.repository());
            TaskCheckout.admin(worktree);
            Remote origin = target == null || own
                    ? origin(worktree.path(), "the worktree's repository")
                    : byUrl(origin(target.directory(), target.shown()), target);
            Optional<CommittedWork> work = completion.work(worktree, taskName);
            if (work.isEmpty()) {
                return new PullRequestResult(
                        true,
                        "nothing was changed, so there is no pull request",
                        null,
                        null,
                        null,
                        null,
                        DiffStat.NONE);
            }
            String base = targetBranch != null
                    ? BranchMerge.shortName(targetBranch)
                    : own && !worktree.baseBranch().equals("HEAD") ? worktree.baseBranch() : null;
            String body = "Task " + worktree.taskId() + "\n";
            Request request = new Request(work.get().pushedName(), work.get().head(), base, taskName, body);
            return pushAndOpen(worktree, origin, request);
        } catch (MakimaException e) {
            return failed(worktree, e);
        }
    }

    private record Request(
            String head, String sha, @Nullable String base, String title, String body) {}

    private static String base(Worktree worktree, @Nullable RefName given) {
        if (given != null && !given.value().equals("main")) {
            return BranchMerge.shortName(given);
        }
        String base = worktree.baseBranch();
        return base.isBlank() || base.equals("HEAD") ? "main" : base;
    }

    private PullRequestResult pushAndOpen(Worktree worktree, Remote remote, Request request)
            throws InterruptedException {
        DiffStat stat = changes.between(worktree.path(), worktree.baseSha(), request.sha());
        GitResult pushed = completion
                .handOver()
                .step(
                        result -> Pushes.told(result, request.head(), remote.shown()) + ", no pull request was opened",
                        () -> Pushes.push(git, worktree.path(), remote.push(), request.sha(), request.head()));
        if (!pushed.ok()) {
            String kept = "; no pull request was opened, the work stays in " + worktree.path();
            return new PullRequestResult(
                    false,
                    Pushes.failure(pushed, request.head(), remote.shown(), kept),
                    null,
                    null,
                    null,
                    request.sha(),
                    stat);
        }
        try {
            GitHubCli.Opened opened = completion
                    .handOver()
                    .step(made -> "a pull request is open: " + made.url(), () -> open(remote, request));
            String what = opened.existing() ? "a pull request is open already: " : "opened a pull request: ";
            String where = opened.url() == null ? "gh did not say where" : opened.url();
            return new PullRequestResult(
                    true, what + where, opened.url(), opened.number(), request.head(), request.sha(), stat);
        } catch (MakimaException e) {
            String kept = ". The work was pushed as branch " + request.head() + " to " + remote.shown();
            return new PullRequestResult(false, e.explain() + kept, null, null, request.head(), request.sha(), stat);
        }
    }

    private GitHubCli.Opened open(Remote remote, Request request) throws InterruptedException {
        return gh.open(
                remote.directory(),
                remote.url(),
                request.head(),
                request.base(),
                Text.abbreviate(request.title(), TITLE_LIMIT),
                request.body());
    }

    /** The origin of a repository by its name, which is right for pushes from there. */
    private Remote origin(Path directory, String shown) throws InterruptedException {
        GitResult url = git.run(directory, LIMIT, "remote", "get-url", "origin");
        if (!url.ok() || url.text().isBlank()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    shown + " has no origin, so there is nowhere to open a pull request",
                    "Add the remote origin there, or use the completion action branch or merge");
        }
        return new Remote("origin", url.lines().getFirst(), directory, "origin");
    }

    /** The same origin for pushes from another repository: by its URL, a relative path from where it is relative to. */
    private Remote byUrl(Remote origin, Repository target) throws InterruptedException {
        String url = git.runOk(origin.directory(), LIMIT, "remote", "get-url", "--push", "origin")
                .lines()
                .getFirst();
        boolean path = !url.contains(":") || url.startsWith("/") || url.startsWith(".");
        if (path) {
            GitResult top = git.run(origin.directory(), LIMIT, "rev-parse", "--show-toplevel");
            Path root = top.ok() && !top.text().isEmpty() ? Path.of(top.text()) : target.common();
            url = root.resolve(url).normalize().toString();
        }
        if (url.startsWith("-")) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "the origin of " + target.shown() + " is not a URL", "Correct it there");
        }
        return new Remote(url, origin.url(), origin.directory(), "the origin of " + target.shown());
    }

    private static PullRequestResult failed(Worktree worktree, MakimaException e) {
        LOG.log(System.Logger.Level.DEBUG, "the pull request of task " + worktree.taskId() + " failed", e);
        return PullRequestResult.failed(e.explain());
    }
}
