package dev.makima.daemon.command;

import dev.makima.base.TaskId;
import dev.makima.daemon.store.MergeRecord;
import dev.makima.git.TaskBranch;
import dev.makima.protocol.MergeCompleteCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether a task has taken in, or passed over, all that it has to. Pure. */
final class MergeCompletion {
    private MergeCompletion() {}

    /**
     * Looks at each branch that counts: those of the task's children and of its contract; where none of these is known
     * here, all task branches but its own. One that HEAD contains is merged, whoever merged it.
     *
     * @param ownBranch the branch that the work goes into
     * @param branches all task branches of the repository
     * @param family the children and the contract's tasks, as far as they are known
     * @param records what was noted for this task
     */
    static MergeCompleteCheck check(
            TaskId taskId, String ownBranch, List<TaskBranch> branches, Set<TaskId> family, List<MergeRecord> records) {
        Map<String, MergeRecord.Outcome> noted =
                records.stream().collect(Collectors.toMap(MergeRecord::branch, MergeRecord::outcome));
        List<String> unmerged = new ArrayList<>();
        int merged = 0;
        int skipped = 0;
        Set<String> there = new HashSet<>();
        for (TaskBranch branch : branches) {
            there.add(branch.name());
            boolean own = branch.name().equals(ownBranch) || taskId.equals(branch.taskId());
            if (own || (!family.isEmpty() && !isOf(family, branch.taskId()))) {
                continue;
            }
            MergeRecord.@Nullable Outcome outcome = noted.get(branch.name());
            if (branch.merged() || outcome == MergeRecord.Outcome.MERGED) {
                merged++;
            } else if (outcome == MergeRecord.Outcome.SKIPPED) {
                skipped++;
            } else {
                unmerged.add(branch.name());
            }
        }
        for (MergeRecord gone : records) {
            // A branch that was deleted since then was dealt with all the same.
            if (!there.contains(gone.branch())) {
                switch (gone.outcome()) {
                    case MERGED -> merged++;
                    case SKIPPED -> skipped++;
                }
            }
        }
        return new MergeCompleteCheck(taskId, unmerged.isEmpty(), unmerged, merged, skipped, null, null);
    }

    private static boolean isOf(Set<TaskId> family, @Nullable TaskId task) {
        return task != null && family.contains(task);
    }
}
