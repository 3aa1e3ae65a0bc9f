package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Merges a commit into a branch without a checkout, and moves the branch by one step that either happens or does not.
 *
 * <p>{@code git merge-tree --write-tree} makes the tree, {@code commit-tree} the commit. A branch that nobody has checked
 * out is moved by {@code update-ref} with its old value; one that is checked out where that is allowed, and without changes,
 * by a fast-forward there, which takes the files along. The caller holds the repository's lock.
 */
final class BranchMerge {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String HEADS = "refs/heads/";
    /**
     * Another process, which our lock does not keep out, may move the branch between our look at it and our step. Each
     * attempt that fails is such a step of another's, so this is how many may come before us.
     */
    private static final int ATTEMPTS = 50;

    private final Git git;

    BranchMerge(Git git) {
        this.git = git;
    }

    /**
     * What to merge.
     *
     * @param directory where git runs; its repository has both commits, and its configuration tells who commits
     * @param common the common git directory of that repository
     * @param target the branch, without {@code refs/heads/}
     * @param source the commit, in full
     * @param message of the new commit
     * @param squash whether the new commit has the target alone for its parent
     * @param own tells the worktrees of this daemon's tasks, which may move along, from those of others, which may not
     * @param mayMove people's checkouts that may move along; only tracked changes make these dirty
     * @param newer a commit to start from if the branch is behind it, such as what origin has
     */
    record Request(
            Path directory,
            Path common,
            String target,
            String source,
            String message,
            boolean squash,
            OwnWorktrees own,
            List<Path> mayMove,
            Optional<String> newer) {}

    /**
     * How it ended.
     *
     * @param sha where the target is now
     * @param changed whether there is a new commit
     * @param conflicts the paths, each once; then nothing has changed
     */
    record Result(String sha, boolean changed, List<String> conflicts) {}

    /** The branch that a user means, who may write {@code refs/heads/…} too. */
    static String shortName(RefName name) {
        String text = name.value();
        return text.startsWith(HEADS) ? text.substring(HEADS.length()) : text;
    }

    /**
     * Does it.
     *
     * @throws MakimaException NOT_FOUND where there is no such branch; CONFLICT where it is checked out where it may not
     *     be moved, or moves again and again; COMMAND_FAILED where git refuses (histories with nothing in common)
     */
    Result run(Request request) throws InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<Result> result = attempt(request);
            if (result.isPresent()) {
                return result.get();
            }
        }
        throw new MakimaException(
                ErrorCode.CONFLICT,
                "the branch " + request.target() + " in " + Repository.named(request.common())
                        + " is being moved by somebody else",
                "Try again later");
    }

    /** Empty where somebody else moved the branch meanwhile. */
    private Optional<Result> attempt(Request request) throws InterruptedException {
        Optional<String> local = Revision.commit(git, request.directory(), HEADS + request.target());
        String start = start(request, local);
        if (contains(request, start, request.source())) {
            return Optional.of(new Result(start, false, List.of()));
        }
        Optional<BranchHolders.Holder> holder = holder(request);
        GitResult merged = git.run(
                request.directory(),
                LIMIT,
                "merge-tree",
                "--write-tree",
                "-z",
                "--name-only",
                "--no-messages",
                start,
                request.source());
        List<String> fields = merged.fields();
        if (merged.exitCode() > 1 || fields.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "could not merge into " + request.target() + ": " + GitFailure.reason(merged),
                    GitFailure.cure(merged.stderr()),
                    null);
        }
        if (!merged.ok()) {
            List<String> conflicts =
                    fields.subList(1, fields.size()).stream().distinct().toList();
            return Optional.of(new Result(start, false, conflicts));
        }
        String tree = fields.getFirst();
        if (request.squash() && tree.equals(tree(request, start))) {
            return Optional.of(new Result(start, false, List.of()));
        }
        String commit = commit(request, tree, start);
        // Zeros, as many as a commit has digits: there must be no such branch yet.
        String old = local.orElse("0".repeat(commit.length()));
        boolean moved =
                holder.isPresent() ? fastForward(request, holder.get(), old, commit) : update(request, old, commit);
        return moved ? Optional.of(new Result(commit, true, List.of())) : Optional.empty();
    }

    /** The commit to merge onto. */
    private String start(Request request, Optional<String> local) throws InterruptedException {
        Optional<String> newer = request.newer().isPresent() || local.isPresent()
                ? request.newer()
                : Revision.commit(git, request.directory(), "refs/remotes/origin/" + request.target());
        if (local.isEmpty()) {
            return newer.orElseThrow(() -> new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "there is no branch " + request.target() + " in " + Repository.named(request.common()),
                    "Name a branch that is there"));
        }
        return newer.isPresent() && contains(request, newer.get(), local.get()) ? newer.get() : local.get();
    }

    private boolean contains(Request request, String commit, String other) throws InterruptedException {
        return git.run(request.directory(), LIMIT, "merge-base", "--is-ancestor", other, commit)
                .ok();
    }

    private String tree(Request request, String commit) throws InterruptedException {
        return git.runOk(request.directory(), LIMIT, "rev-parse", "--verify", commit + "^{tree}")
                .text();
    }

    private String commit(Request request, String tree, String start) throws InterruptedException {
        List<String> arguments =
                new ArrayList<>(Commits.identity(git, RepositoryConfig.read(git, request.directory())));
        arguments.addAll(List.of("-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-p", start));
        if (!request.squash()) {
            arguments.addAll(List.of("-p", request.source()));
        }
        arguments.addAll(List.of("-F", "-", tree));
        return git.runOk(GitCall.of(request.directory(), LIMIT, arguments.toArray(String[]::new))
                        .reading((request.message() + "\n").getBytes(StandardCharsets.UTF_8)))
                .text();
    }

    /** The checkout of the target that will move along, if there is one. */
    private Optional<BranchHolders.Holder> holder(Request request) throws InterruptedException {
        Optional<BranchHolders.Holder> holder =
                BranchHolders.read(git, request.common(), request.own()).of(request.target());
        if (holder.isPresent()) {
            holder.get().requireMovable(git, request.target(), request.source(), request.mayMove());
        }
        return holder;
    }

    private boolean update(Request request, String old, String commit) throws InterruptedException {
        GitCall call = GitCall.of(
                request.directory(),
                LIMIT,
                "update-ref",
                "-m",
                "makima: " + request.message(),
                HEADS + request.target(),
                commit,
                old);
        GitResult result = git.run(call);
        if (!result.ok()
                && !result.stderr().contains("but expected")
                && !result.stderr().contains("already exists")) {
            throw GitFailure.of(call, result);
        }
        return result.ok();
    }

    /** By git's own merge, which refuses to overwrite what is in the way and checks that it is a fast-forward. */
    private boolean fastForward(Request request, BranchHolders.Holder holder, String old, String commit)
            throws InterruptedException {
        GitCall call = GitCall.of(
                holder.path(),
                LIMIT,
                "merge",
                "--ff-only",
                "--no-overwrite-ignore",
                "--no-autostash",
                "--no-squash",
                "--no-stat",
                "--no-verify-signatures",
                "--quiet",
                commit);
        GitResult result = git.run(call);
        if (result.ok()) {
            return true;
        }
        if (!Revision.commit(git, request.directory(), HEADS + request.target()).equals(Optional.of(old))) {
            return false;
        }
        throw GitFailure.of(call, result);
    }
}
