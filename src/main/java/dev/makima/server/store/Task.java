package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.protocol.TaskState;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task as it is kept.
 *
 * @param plan what its agent is to do; null where it was read as one of a list, which leaves plans out: each may be long
 * @param queued whether it waits for a daemon
 * @param stopRequested whether a user has stopped it; it ends as interrupted then, whatever its daemon says
 * @param fence grows with every hand-over
 * @param retries how often it was retried since it was started
 * @param lastSeq the number of its last entry, 0 for none
 * @param version grows with every change
 */
public record Task(
        TaskId id,
        String ownerId,
        String name,
        @Nullable String plan,
        TaskState status,
        boolean startRequested,
        boolean queued,
        boolean stopRequested,
        boolean resumeSession,
        Spec spec,
        @Nullable String daemonId,
        long fence,
        long retries,
        @Nullable String progressSummary,
        @Nullable String errorMessage,
        Result result,
        Usage usage,
        long lastSeq,
        long version,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt) {
    /** The columns of a task in a list: all that are read but for the plan. */
    static final String LISTED = "id, owner_id, name, status, start_requested, queued, stop_requested, resume_session, "
            + "daemon_id, fence, retries, progress_summary, error_message, last_seq, version, created_at, "
            + "updated_at, started_at, completed_at, copy_files, repository_url, base_branch, target_branch, "
            + "target_repo_path, completion_action, parent_task_id, contract_id, continue_from_task_id, "
            + "depth, priority, agent, model, timeout_secs, max_cost_micros, autonomous_loop, local_only, "
            + "auto_merge_local, is_supervisor, max_retries, pr_url, branch, commit_sha, files_changed, "
            + "insertions, deletions, worktree_path, completion_message, completion_succeeded, cost_micros, "
            + "duration_ms, turns, input_tokens, output_tokens, null as plan";

    /**
     * What was asked for.
     *
     * @param priority higher goes first
     * @param maxCostMicros what a run may cost, in millionths of a dollar
     * @param autonomousLoop whether the agent is started again until it says that it is ready
     * @param localOnly whether nothing of it is pushed
     * @param autoMergeLocal whether it is merged on its daemon's machine when it is done
     * @param isSupervisor whether it leads its contract
     * @param maxRetries how often it is retried when it is lost, null for as often as the server's configuration says
     */
    public record Spec(
            @Nullable String repositoryUrl,
            @Nullable String baseBranch,
            @Nullable String targetBranch,
            @Nullable String targetRepoPath,
            @Nullable String completionAction,
            @Nullable String parentTaskId,
            @Nullable String contractId,
            @Nullable String continueFromTaskId,
            List<String> copyFiles,
            int depth,
            int priority,
            @Nullable String agent,
            @Nullable String model,
            @Nullable Long timeoutSecs,
            @Nullable Long maxCostMicros,
            boolean autonomousLoop,
            boolean localOnly,
            boolean autoMergeLocal,
            boolean isSupervisor,
            @Nullable Long maxRetries) {
        /** The same as a member of a contract, in that one's repository where it names none. */
        public Spec inContract(String contract, @Nullable String repository, @Nullable String branch) {
            boolean named = repositoryUrl != null || repository == null;
            return new Spec(
                    named ? repositoryUrl : repository,
                    named || baseBranch != null ? baseBranch : branch,
                    targetBranch,
                    targetRepoPath,
                    completionAction,
                    parentTaskId,
                    contract,
                    continueFromTaskId,
                    copyFiles,
                    depth,
                    priority,
                    agent,
                    model,
                    timeoutSecs,
                    maxCostMicros,
                    autonomousLoop,
                    localOnly,
                    autoMergeLocal,
                    isSupervisor,
                    maxRetries);
        }

        /** The same as one that goes on with the files of another task, with whose wishes it leaves out itself. */
        public Spec continuing(Task from) {
            Spec other = from.spec();
            boolean named = repositoryUrl != null;
            return new Spec(
                    named ? repositoryUrl : other.repositoryUrl(),
                    named || baseBranch != null ? baseBranch : other.baseBranch(),
                    targetBranch == null ? other.targetBranch() : targetBranch,
                    targetRepoPath == null ? other.targetRepoPath() : targetRepoPath,
                    completionAction == null ? other.completionAction() : completionAction,
                    parentTaskId,
                    contractId == null ? other.contractId() : contractId,
                    from.id().toString(),
                    copyFiles,
                    depth,
                    priority,
                    agent == null ? other.agent() : agent,
                    model == null ? other.model() : model,
                    timeoutSecs,
                    maxCostMicros,
                    autonomousLoop,
                    localOnly || other.localOnly(),
                    autoMergeLocal,
                    false,
                    maxRetries);
        }

        /** The same as one made by another task, in its repository and contract where it names none. */
        public Spec below(String parent, Spec other) {
            boolean named = repositoryUrl != null;
            return new Spec(
                    named ? repositoryUrl : other.repositoryUrl(),
                    named || baseBranch != null ? baseBranch : other.baseBranch(),
                    targetBranch,
                    targetRepoPath,
                    completionAction,
                    parent,
                    contractId == null ? other.contractId() : contractId,
                    continueFromTaskId,
                    copyFiles,
                    depth,
                    priority,
                    agent,
                    model,
                    timeoutSecs,
                    maxCostMicros,
                    autonomousLoop,
                    localOnly,
                    autoMergeLocal,
                    false,
                    maxRetries);
        }

        /** A task that has nothing but a repository, if that. */
        public static Spec in(@Nullable String repository, @Nullable String branch) {
            return new Spec(
                    repository,
                    branch,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    0,
                    0,
                    null,
                    null,
                    null,
                    null,
                    false,
                    false,
                    false,
                    false,
                    null);
        }
    }

    /**
     * What came of it, as its daemon says.
     *
     * @param completionSucceeded whether the completion action did what it was to do; null where no daemon has said so
     */
    public record Result(
            @Nullable String prUrl,
            @Nullable String branch,
            @Nullable String commitSha,
            @Nullable Long filesChanged,
            @Nullable Long insertions,
            @Nullable Long deletions,
            @Nullable String worktreePath,
            @Nullable String completionMessage,
            @Nullable Boolean completionSucceeded) {}

    /** What it has cost so far, over all its runs. */
    public record Usage(
            @Nullable Long costMicros,
            @Nullable Long durationMs,
            @Nullable Long turns,
            @Nullable Long inputTokens,
            @Nullable Long outputTokens) {}

    /** Whether it is over, as far as one knows now. */
    public boolean ended() {
        return status.isTerminal();
    }

    /** Where it is in lists by age. */
    public TaskTable.Position position() {
        return new TaskTable.Position(createdAt, id.toString());
    }

    static Task of(Row row) {
        return new Task(
                TaskId.of(Columns.text(row, "id")),
                Columns.text(row, "owner_id"),
                Columns.text(row, "name"),
                Columns.textOrNull(row, "plan"),
                TaskState.of(Columns.text(row, "status")),
                Columns.flag(row, "start_requested"),
                Columns.flag(row, "queued"),
                Columns.flag(row, "stop_requested"),
                Columns.flag(row, "resume_session"),
                spec(row),
                Columns.textOrNull(row, "daemon_id"),
                Columns.number(row, "fence"),
                Columns.number(row, "retries"),
                Columns.textOrNull(row, "progress_summary"),
                Columns.textOrNull(row, "error_message"),
                result(row),
                usage(row),
                Columns.number(row, "last_seq"),
                Columns.number(row, "version"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "updated_at"),
                Columns.instantOrNull(row, "started_at"),
                Columns.instantOrNull(row, "completed_at"));
    }

    private static Spec spec(Row row) {
        String copyFiles = Columns.textOrNull(row, "copy_files");
        return new Spec(
                Columns.textOrNull(row, "repository_url"),
                Columns.textOrNull(row, "base_branch"),
                Columns.textOrNull(row, "target_branch"),
                Columns.textOrNull(row, "target_repo_path"),
                Columns.textOrNull(row, "completion_action"),
                Columns.textOrNull(row, "parent_task_id"),
                Columns.textOrNull(row, "contract_id"),
                Columns.textOrNull(row, "continue_from_task_id"),
                copyFiles == null ? List.of() : List.of(copyFiles.split("\n")),
                (int) Columns.number(row, "depth"),
                (int) Columns.number(row, "priority"),
                Columns.textOrNull(row, "agent"),
                Columns.textOrNull(row, "model"),
                Columns.numberOrNull(row, "timeout_secs"),
                Columns.numberOrNull(row, "max_cost_micros"),
                Columns.flag(row, "autonomous_loop"),
                Columns.flag(row, "local_only"),
                Columns.flag(row, "auto_merge_local"),
                Columns.flag(row, "is_supervisor"),
                Columns.numberOrNull(row, "max_retries"));
    }

    private static Result result(Row row) {
        return new Result(
                Columns.textOrNull(row, "pr_url"),
                Columns.textOrNull(row, "branch"),
                Columns.textOrNull(row, "commit_sha"),
                Columns.numberOrNull(row, "files_changed"),
                Columns.numberOrNull(row, "insertions"),
                Columns.numberOrNull(row, "deletions"),
                Columns.textOrNull(row, "worktree_path"),
                Columns.textOrNull(row, "completion_message"),
                Columns.flagOrNull(row, "completion_succeeded"));
    }

    private static Usage usage(Row row) {
        return new Usage(
                Columns.numberOrNull(row, "cost_micros"),
                Columns.numberOrNull(row, "duration_ms"),
                Columns.numberOrNull(row, "turns"),
                Columns.numberOrNull(row, "input_tokens"),
                Columns.numberOrNull(row, "output_tokens"));
    }
}
