package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a worktree stands at one moment, by one git command.
 *
 * @param branch what is checked out; empty where HEAD is detached
 * @param dirty whether anything is uncommitted or untracked
 * @param unmerged the paths with conflicts
 * @param operation what was begun and not ended, such as {@code merge}
 */
record WorktreeState(Optional<String> branch, boolean dirty, List<String> unmerged, Optional<String> operation) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Files in a worktree's own git directory that tell what is going on. */
    private static final Map<String, String> OPERATIONS = Map.of(
            "MERGE_HEAD", "merge",
            "rebase-merge", "rebase",
            "rebase-apply", "rebase",
            "CHERRY_PICK_HEAD", "cherry-pick",
            "REVERT_HEAD", "revert",
            "BISECT_LOG", "bisect");

    /**
     * Asks git.
     *
     * @throws MakimaException CONFLICT where the directory is not this task's worktree any more: git would look for a
     *     repository further up, and find somebody else's
     */
    static WorktreeState read(Git git, Worktree worktree) throws InterruptedException {
        Path admin = GitFiles.adminDirectoryOf(worktree.path()).orElseThrow(worktree::gone);
        if (!GitFiles.commonDirectoryOf(worktree.path()).equals(Optional.of(worktree.repository()))) {
            throw worktree.gone();
        }
        List<String> fields = git.runOk(
                        worktree.path(),
                        LIMIT,
                        "status",
                        "--porcelain=v2",
                        "-z",
                        "--branch",
                        "--untracked-files=normal",
                        "--ignore-submodules=dirty")
                .fields();
        return parse(fields, operationIn(admin));
    }

    /** What was begun and not ended in the worktree with this git directory of its own; no git runs. */
    static Optional<String> operationIn(Path admin) {
        return OPERATIONS.entrySet().stream()
                .filter(entry -> Files.exists(admin.resolve(entry.getKey())))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    static WorktreeState parse(List<String> fields, Optional<String> operation) {
        Optional<String> branch = Optional.empty();
        List<String> unmerged = new ArrayList<>();
        boolean dirty = false;
        String head = "# branch.head ";
        for (int i = 0; i < fields.size(); i++) {
            String field = fields.get(i);
            if (field.startsWith(head)) {
                String name = field.substring(head.length());
                branch = name.equals("(detached)") ? Optional.empty() : Optional.of(name);
            } else if (!field.startsWith("# ")) {
                dirty = true;
                if (field.startsWith("u ")) {
                    unmerged.add(field.split(" ", 11)[10]);
                }
                if (field.startsWith("2 ")) {
                    // The next field is the path that it was renamed from.
                    i++;
                }
            }
        }
        return new WorktreeState(branch, dirty, unmerged, operation);
    }

    /**
     * Refuses a state in which a commit would take half-done work for done.
     *
     * @throws MakimaException CONFLICT where something was begun and not ended, or there are conflicts
     */
    void requireSettled(Path path) {
        if (operation.isPresent()) {
            String what = operation.get();
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "a " + what + " is in progress in " + path + ", so nothing was committed",
                    "End it there (git " + what + (what.equals("bisect") ? " reset" : " --continue or --abort")
                            + "), then try again");
        }
        if (!unmerged.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "there are conflicts in " + path + ", so nothing was committed: "
                            + String.join(", ", unmerged.subList(0, Math.min(10, unmerged.size()))),
                    "Resolve them and add the files, then try again");
        }
    }
}
