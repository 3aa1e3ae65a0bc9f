package dev.makima.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.TaskId;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds a {@link SpawnTask}: a record of 33 components is not called by hand. Not thread-safe. */
public final class SpawnTaskBuilder {
    private final TaskId taskId;
    private final String taskName;
    private final String plan;
    private @Nullable String repoUrl;
    private @Nullable String baseBranch;
    private @Nullable String targetBranch;
    private @Nullable TaskId parentTaskId;
    private int depth;
    private boolean isOrchestrator;
    private @Nullable String targetRepoPath;
    private @Nullable String completionAction;
    private @Nullable TaskId continueFromTaskId;
    private @Nullable List<String> copyFiles;
    private @Nullable UUID contractId;
    private boolean isSupervisor;
    private boolean autonomousLoop;
    private boolean resumeSession;
    private @Nullable JsonNode conversationHistory;
    private @Nullable String patchData;
    private @Nullable String patchBaseSha;
    private boolean localOnly;
    private boolean autoMergeLocal;
    private @Nullable TaskId supervisorWorktreeTaskId;
    private @Nullable UUID directiveId;
    private @Nullable Long fence;
    private @Nullable Long leaseSecs;
    private @Nullable Long patchFence;
    private @Nullable String agent;
    private @Nullable String model;
    private @Nullable Map<String, String> env;
    private @Nullable Long timeoutSecs;
    private @Nullable BigDecimal maxCostUsd;
    private @Nullable String phase;
    private @Nullable UUID requestId;

    SpawnTaskBuilder(TaskId taskId, String taskName, String plan) {
        this.taskId = taskId;
        this.taskName = taskName;
        this.plan = plan;
    }

    SpawnTaskBuilder(SpawnTask task) {
        this.taskId = task.taskId();
        this.taskName = task.taskName();
        this.plan = task.plan();
        this.repoUrl = task.repoUrl();
        this.baseBranch = task.baseBranch();
        this.targetBranch = task.targetBranch();
        this.parentTaskId = task.parentTaskId();
        this.depth = task.depth();
        this.isOrchestrator = task.isOrchestrator();
        this.targetRepoPath = task.targetRepoPath();
        this.completionAction = task.completionAction();
        this.continueFromTaskId = task.continueFromTaskId();
        this.copyFiles = task.copyFiles();
        this.contractId = task.contractId();
        this.isSupervisor = task.isSupervisor();
        this.autonomousLoop = task.autonomousLoop();
        this.resumeSession = task.resumeSession();
        this.conversationHistory = task.conversationHistory();
        this.patchData = task.patchData();
        this.patchBaseSha = task.patchBaseSha();
        this.localOnly = task.localOnly();
        this.autoMergeLocal = task.autoMergeLocal();
        this.supervisorWorktreeTaskId = task.supervisorWorktreeTaskId();
        this.directiveId = task.directiveId();
        this.fence = task.fence();
        this.leaseSecs = task.leaseSecs();
        this.patchFence = task.patchFence();
        this.agent = task.agent();
        this.model = task.model();
        this.env = task.env();
        this.timeoutSecs = task.timeoutSecs();
        this.maxCostUsd = task.maxCostUsd();
        this.phase = task.phase();
        this.requestId = task.requestId();
    }

    /** Sets the URL, local path or {@code new://[name]} of the repository. */
    public SpawnTaskBuilder repoUrl(@Nullable String repoUrl) {
        this.repoUrl = repoUrl;
        return this;
    }

    /** Sets the branch to start from. */
    public SpawnTaskBuilder baseBranch(@Nullable String baseBranch) {
        this.baseBranch = baseBranch;
        return this;
    }

    /** Sets the branch to merge into. */
    public SpawnTaskBuilder targetBranch(@Nullable String targetBranch) {
        this.targetBranch = targetBranch;
        return this;
    }

    /** Sets the parent. */
    public SpawnTaskBuilder parentTaskId(@Nullable TaskId parentTaskId) {
        this.parentTaskId = parentTaskId;
        return this;
    }

    /** Sets the depth: 0 at the top, 1 for a subtask, 2 below. */
    public SpawnTaskBuilder depth(int depth) {
        this.depth = depth;
        return this;
    }

    /** Sets whether it coordinates subtasks. */
    public SpawnTaskBuilder isOrchestrator(boolean isOrchestrator) {
        this.isOrchestrator = isOrchestrator;
        return this;
    }

    /** Sets the repository that the completion action works on. */
    public SpawnTaskBuilder targetRepoPath(@Nullable String targetRepoPath) {
        this.targetRepoPath = targetRepoPath;
        return this;
    }

    /** Sets the completion action: none, branch, merge or pr. */
    public SpawnTaskBuilder completionAction(@Nullable String completionAction) {
        this.completionAction = completionAction;
        return this;
    }

    /** Sets the task whose work it continues. */
    public SpawnTaskBuilder continueFromTaskId(@Nullable TaskId continueFromTaskId) {
        this.continueFromTaskId = continueFromTaskId;
        return this;
    }

    /** Sets the files to copy from the parent. */
    public SpawnTaskBuilder copyFiles(@Nullable List<String> copyFiles) {
        this.copyFiles = copyFiles;
        return this;
    }

    /** Sets the contract. */
    public SpawnTaskBuilder contractId(@Nullable UUID contractId) {
        this.contractId = contractId;
        return this;
    }

    /** Sets whether it supervises a contract. */
    public SpawnTaskBuilder isSupervisor(boolean isSupervisor) {
        this.isSupervisor = isSupervisor;
        return this;
    }

    /** Sets whether it is started again until its gate is ready. */
    public SpawnTaskBuilder autonomousLoop(boolean autonomousLoop) {
        this.autonomousLoop = autonomousLoop;
        return this;
    }

    /** Sets whether its conversation is to be resumed. */
    public SpawnTaskBuilder resumeSession(boolean resumeSession) {
        this.resumeSession = resumeSession;
        return this;
    }

    /** Sets the conversation so far. */
    public SpawnTaskBuilder conversationHistory(@Nullable JsonNode conversationHistory) {
        this.conversationHistory = conversationHistory;
        return this;
    }

    /** Sets the patch to start from: base64 of gzip. */
    public SpawnTaskBuilder patchData(@Nullable String patchData) {
        this.patchData = patchData;
        return this;
    }

    /** Sets the commit that the patch is for. */
    public SpawnTaskBuilder patchBaseSha(@Nullable String patchBaseSha) {
        this.patchBaseSha = patchBaseSha;
        return this;
    }

    /** Sets whether nothing may be pushed. */
    public SpawnTaskBuilder localOnly(boolean localOnly) {
        this.localOnly = localOnly;
        return this;
    }

    /** Sets whether success is merged locally. */
    public SpawnTaskBuilder autoMergeLocal(boolean autoMergeLocal) {
        this.autoMergeLocal = autoMergeLocal;
        return this;
    }

    /** Sets the task in whose worktree it works. */
    public SpawnTaskBuilder supervisorWorktreeTaskId(@Nullable TaskId supervisorWorktreeTaskId) {
        this.supervisorWorktreeTaskId = supervisorWorktreeTaskId;
        return this;
    }

    /** Sets the directive. */
    public SpawnTaskBuilder directiveId(@Nullable UUID directiveId) {
        this.directiveId = directiveId;
        return this;
    }

    /** Sets the fence (lease). */
    public SpawnTaskBuilder fence(@Nullable Long fence) {
        this.fence = fence;
        return this;
    }

    /** Sets the lease in seconds (lease). */
    public SpawnTaskBuilder leaseSecs(@Nullable Long leaseSecs) {
        this.leaseSecs = leaseSecs;
        return this;
    }

    /** Sets by which hand-over of the task the patch was made (lease). */
    public SpawnTaskBuilder patchFence(@Nullable Long patchFence) {
        this.patchFence = patchFence;
        return this;
    }

    /** Sets the kind of agent (agents). */
    public SpawnTaskBuilder agent(@Nullable String agent) {
        this.agent = agent;
        return this;
    }

    /** Sets the model (agents). */
    public SpawnTaskBuilder model(@Nullable String model) {
        this.model = model;
        return this;
    }

    /** Sets the environment added to the agent's (agents). */
    public SpawnTaskBuilder env(@Nullable Map<String, String> env) {
        this.env = env;
        return this;
    }

    /** Sets the limit of the run in seconds (agents). */
    public SpawnTaskBuilder timeoutSecs(@Nullable Long timeoutSecs) {
        this.timeoutSecs = timeoutSecs;
        return this;
    }

    /** Sets the limit of the cost in USD (agents). */
    public SpawnTaskBuilder maxCostUsd(@Nullable BigDecimal maxCostUsd) {
        this.maxCostUsd = maxCostUsd;
        return this;
    }

    /** Sets the contract's phase (agents). */
    public SpawnTaskBuilder phase(@Nullable String phase) {
        this.phase = phase;
        return this;
    }

    /** Sets the id that the answer echoes (requestId). */
    public SpawnTaskBuilder requestId(@Nullable UUID requestId) {
        this.requestId = requestId;
        return this;
    }

    /** The task as it is set now. */
    public SpawnTask build() {
        return new SpawnTask(
                taskId,
                taskName,
                plan,
                repoUrl,
                baseBranch,
                targetBranch,
                parentTaskId,
                depth,
                isOrchestrator,
                targetRepoPath,
                completionAction,
                continueFromTaskId,
                copyFiles,
                contractId,
                isSupervisor,
                autonomousLoop,
                resumeSession,
                conversationHistory,
                patchData,
                patchBaseSha,
                localOnly,
                autoMergeLocal,
                supervisorWorktreeTaskId,
                directiveId,
                fence,
                leaseSecs,
                patchFence,
                agent,
                model,
                env,
                timeoutSecs,
                maxCostUsd,
                phase,
                requestId);
    }
}
