package dev.makima.git;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Committed work on its way to a branch.
 *
 * @param checkedOut the branch that the worktree is on; empty where it is on none
 * @param handOver whose names its pushed branches have
 */
record CommittedWork(
        Worktree worktree,
        String taskName,
        String head,
        Optional<String> checkedOut,
        DiffStat stat,
        HandOver handOver) {
    /** The name of the branch where it is pushed. */
    String pushedName() {
        return handOver.pushed(TaskNames.plain(branchNames().getFirst(), worktree.taskId()));
    }

    CompletionResult result(boolean success, String message, @Nullable String branch) {
        return new CompletionResult(success, message, branch, head, stat);
    }

    /**
     * Names of the branch for the result: never with fewer digits than the task's own branch needed, and with the
     * hand-over's number where that has it, since another daemon's may be beside it.
     */
    List<String> branchNames() {
        List<String> names = new ArrayList<>();
        List<TaskNames.Names> candidates = TaskNames.candidates("makima/", taskName, worktree.taskId());
        List<TaskNames.Names> own = TaskNames.candidates("x", "", worktree.taskId());
        String suffix = TaskNames.suffix(worktree.branch(), worktree.taskId());
        String usual = TaskNames.plain(worktree.branch(), worktree.taskId());
        boolean from = false;
        for (int i = 0; i < candidates.size(); i++) {
            String branch = own.get(i).branch();
            from |= usual.endsWith(branch.substring(branch.lastIndexOf('-')));
            if (from) {
                names.add(candidates.get(i).branch() + suffix);
            }
        }
        return names.isEmpty()
                ? candidates.stream().map(TaskNames.Names::branch).toList()
                : names;
    }
}
