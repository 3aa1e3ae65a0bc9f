package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who has which branch of a repository checked out, or in the works of a rebase or bisect.
 *
 * @param holders one per checkout
 */
record BranchHolders(List<Holder> holders) {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String HEADS = "refs/heads/";
    private static final int SHORT_COMMIT = 10;

    /** Whose a checkout is. */
    enum Owner {
        /** The worktree of a task of this daemon. */
        OURS,
        /** The worktree of a task of another daemon, whose agent may be at work there. */
        ANOTHER_DAEMON,
        /** Somebody's own. */
        PEOPLE
    }

    /**
     * A checkout and its branch.
     *
     * @param path the directory
     * @param branches what it holds, in short: the one checked out, and one that a rebase or bisect will come back to
     * @param owner whose it is
     */
    record Holder(Path path, Set<String> branches, Owner owner) {
        /**
         * Refuses to move the branch where that would change somebody's files under his hands.
         *
         * @param source the commit that is to be merged
         * @param mayMove people's checkouts that may move along
         * @throws MakimaException CONFLICT where it may not be moved
         */
        void requireMovable(Git git, String branch, String source, List<Path> mayMove) throws InterruptedException {
            if (owner == Owner.ANOTHER_DAEMON) {
                throw new MakimaException(
                        ErrorCode.CONFLICT,
                        "the branch " + branch + " is checked out in " + path
                                + ", which is a worktree of another makima daemon: its agent may be at work there",
                        "Merge it by that daemon or when its task is over and the worktree is gone, or merge it"
                                + " there yourself");
            }
            boolean ours = owner == Owner.OURS;
            if (!ours && !mayMove.contains(path)) {
                throw new MakimaException(
                        ErrorCode.CONFLICT,
                        "the branch " + branch + " is checked out in " + path + ", which is not a worktree of makima",
                        "Check out another branch there, or merge the task's work there yourself: git merge "
                                + source.substring(0, Math.min(SHORT_COMMIT, source.length())));
            }
            List<String> status = git.runOk(
                            path,
                            Duration.ofMinutes(2),
                            "status",
                            "--porcelain=v2",
                            "-z",
                            "--branch",
                            // A user's checkout nearly always has files that git does not know.
                            "--untracked-files=" + (ours ? "normal" : "no"),
                            "--ignore-submodules=dirty")
                    .fields();
            Path admin = GitFiles.adminDirectoryOf(path).orElse(path);
            WorktreeState state = WorktreeState.parse(status, WorktreeState.operationIn(admin));
            TaskCheckout.requireIdle(state, path);
            if (state.dirty()) {
                throw new MakimaException(
                        ErrorCode.CONFLICT,
                        "the branch " + branch + " is checked out in " + path + ", where there is uncommitted work",
                        "Commit it there or put it aside, then try again");
            }
        }
    }

    /** The checkout that holds the branch. */
    Optional<Holder> of(String branch) {
        return holders.stream()
                .filter(holder -> holder.branches().contains(branch))
                .findFirst();
    }

    /**
     * Asks git. A checkout whose directory is gone counts only where its owner locked it, as for a disk that comes back.
     *
     * @param own tells the worktrees of this daemon's tasks from those of others, which are recorded here as well
     */
    static BranchHolders read(Git git, Path common, OwnWorktrees own) throws InterruptedException {
        Map<Path, Owner> owners = new HashMap<>();
        for (Worktree worktree : TaskRecords.all(common)) {
            if (Files.isDirectory(worktree.path())) {
                Path path = Repositories.canonical(worktree.path());
                owners.put(path, own.has(path) ? Owner.OURS : Owner.ANOTHER_DAEMON);
            }
        }
        List<Holder> found = new ArrayList<>();
        Entry entry = new Entry();
        for (String field : git.runOk(common, LIMIT, "worktree", "list", "--porcelain", "-z")
                .fields()) {
            if (field.isEmpty()) {
                entry.finish(found, owners);
                entry = new Entry();
            } else {
                entry.add(field);
            }
        }
        return new BranchHolders(found);
    }

    /** One worktree as git lists it. */
    private static final class Entry {
        private Path path = Path.of("");
        private final Set<String> branches = new HashSet<>();
        private boolean locked;
        private boolean bare;

        void add(String field) {
            if (field.startsWith("worktree ")) {
                path = Path.of(field.substring("worktree ".length()));
            } else if (field.startsWith("branch " + HEADS)) {
                branches.add(field.substring(("branch " + HEADS).length()));
            } else if (field.equals("bare")) {
                bare = true;
            } else if (field.equals("locked") || field.startsWith("locked ")) {
                locked = true;
            }
        }

        void finish(List<Holder> found, Map<Path, Owner> owners) {
            boolean there = Files.isDirectory(path);
            if (bare || (!there && !locked)) {
                return;
            }
            Path canonical = there ? Repositories.canonical(path) : path;
            GitFiles.adminDirectoryOf(canonical).ifPresent(admin -> {
                for (String file : List.of("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START")) {
                    branchIn(admin.resolve(file)).ifPresent(branches::add);
                }
            });
            found.add(new Holder(canonical, branches, owners.getOrDefault(canonical, Owner.PEOPLE)));
        }

        private static Optional<String> branchIn(Path file) {
            try {
                String text = Files.readString(file).strip();
                return Optional.of(text.startsWith(HEADS) ? text.substring(HEADS.length()) : text);
            } catch (IOException e) {
                // Not there: nothing of the kind is in progress.
                return Optional.empty();
            }
        }
    }
}
