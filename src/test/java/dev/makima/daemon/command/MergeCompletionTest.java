package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.daemon.store.MergeRecord;
import dev.makima.git.TaskBranch;
import dev.makima.protocol.MergeCompleteCheck;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergeCompletionTest {
    private final TaskId self = id();
    private final TaskId child = id();
    private final TaskId stranger = id();

    private static TaskId id() {
        return TaskId.of(UUID.randomUUID().toString());
    }

    private static TaskBranch branch(String name, @Nullable TaskId task, boolean merged) {
        return new TaskBranch(name, task, merged, "abc", "subject");
    }

    private MergeRecord record(String branch, MergeRecord.Outcome outcome) {
        return new MergeRecord(self, branch, child, outcome, null);
    }

    private MergeCompleteCheck check(List<TaskBranch> branches, Set<TaskId> family, MergeRecord... records) {
        return MergeCompletion.check(self, "own", branches, family, List.of(records));
    }

    @Test
    void onlyTheFamilyCountsWhereItIsKnown() {
        List<TaskBranch> branches =
                List.of(branch("own", self, false), branch("c", child, false), branch("s", stranger, false));
        MergeCompleteCheck check = check(branches, Set.of(child));
        assertThat(check.canComplete()).isFalse();
        assertThat(check.unmergedBranches()).containsExactly("c");
    }

    @Test
    void allButTheOwnBranchesCountWhereNoneIsKnown() {
        List<TaskBranch> branches = List.of(
                branch("own", null, false),
                branch("own-too", self, false),
                branch("s", stranger, false),
                branch("nobody's", null, false));
        assertThat(check(branches, Set.of()).unmergedBranches()).containsExactly("s", "nobody's");
    }

    @Test
    void mergedAndSkippedTogetherComplete() {
        List<TaskBranch> branches = List.of(
                branch("by-us", child, false), branch("contained", child, true), branch("left-out", child, false));
        MergeCompleteCheck check = check(
                branches,
                Set.of(child),
                record("by-us", MergeRecord.Outcome.MERGED),
                record("left-out", MergeRecord.Outcome.SKIPPED));
        assertThat(check.canComplete()).isTrue();
        assertThat(check.mergedCount()).isEqualTo(2);
        assertThat(check.skippedCount()).isEqualTo(1);
    }

    @Test
    void aBranchThatWasSkippedAndIsContainedIsMerged() {
        MergeCompleteCheck check =
                check(List.of(branch("c", child, true)), Set.of(), record("c", MergeRecord.Outcome.SKIPPED));
        assertThat(check.mergedCount()).isEqualTo(1);
        assertThat(check.skippedCount()).isZero();
    }

    @Test
    void aBranchThatIsGoneCountsAsItWasNoted() {
        MergeCompleteCheck check = check(
                List.of(),
                Set.of(child),
                record("one", MergeRecord.Outcome.MERGED),
                record("two", MergeRecord.Outcome.SKIPPED));
        assertThat(check.canComplete()).isTrue();
        assertThat(check.mergedCount()).isEqualTo(1);
        assertThat(check.skippedCount()).isEqualTo(1);
    }
}
