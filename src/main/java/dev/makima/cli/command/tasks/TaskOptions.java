package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.TaskRepository;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What describes a task on the command line, the same for every command that makes one. */
final class TaskOptions {
    private static final String CONTINUE_FROM = "continueFromTaskId";

    @Parameters(arity = "0..*", paramLabel = "PLAN", description = "what the agent shall do; several words are joined")
    List<String> plan = List.of();

    @Mixin
    PlanOptions options = new PlanOptions();

    @Option(
            names = {"-r", "--repo"},
            paramLabel = "REPO",
            description = "a directory, a URL, or new:// for an empty one; default: the current directory's")
    @Nullable
    String repo;

    @Option(
            names = {"-a", "--action"},
            paramLabel = "ACTION",
            defaultValue = "branch",
            description = "how the work ends: none (it stays in its worktree), branch, merge (a branch, merged in the"
                    + " repository) or pr (a pull request, by gh); default: ${DEFAULT-VALUE}")
    CompletionAction action = CompletionAction.branch;

    @Option(
            names = "--into",
            paramLabel = "BRANCH",
            description = "what --action merge and pr go into; default: the branch that the task starts from")
    @Nullable
    String into;

    @Option(
            names = {"-b", "--base"},
            paramLabel = "BRANCH",
            description = "the branch to start from; default: the one that is checked out")
    @Nullable
    String base;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "the agent's model; default: the agent's own")
    @Nullable
    String model;

    @Option(names = "--agent", paramLabel = "AGENT", description = "the agent's kind; default: the daemon's own")
    @Nullable
    String agent;

    @Option(
            names = "--priority",
            paramLabel = "N",
            description = "the higher, the earlier a daemon gets it; default: 0, below it is less")
    @Nullable
    Integer priority;

    @Option(
            names = "--timeout",
            paramLabel = "SECS",
            description = "stop the task after so many seconds; default: never")
    @Nullable
    Integer timeout;

    @Option(
            names = "--max-cost",
            paramLabel = "USD",
            description = "stop the task once it has cost so much, in dollars; default: no limit")
    @Nullable
    BigDecimal maxCost;

    @Option(
            names = "--loop",
            description = "start the agent again until it says that the work is complete, at most as often as the"
                    + " daemon allows")
    boolean loop;

    @Option(
            names = "--continue-from",
            paramLabel = "TASK",
            description = "start from what another task made, committed or not; its id, or the first digits of it")
    @Nullable
    String continueFrom;

    @Option(names = "--local-only", description = "push nothing: branch and checkpoints stay on the daemon's machine")
    boolean localOnly;

    /**
     * The request that makes the task.
     *
     * @param text the plan, as {@link #plan} gave it
     * @param start whether the task is started at once
     * @throws MakimaException VALIDATION where the repository does not allow what is asked for
     */
    ObjectNode request(String text, TaskRepository repository, boolean start) {
        action.require(repository);
        ObjectNode request = Json.object()
                .put("name", options.name(text))
                .put("plan", text)
                .put("repositoryUrl", repository.url())
                .put("completionAction", action.name())
                .put("start", start);
        if (repository.base() != null) {
            request.put("baseBranch", repository.base());
        }
        if (repository.target() != null) {
            request.put("targetRepoPath", repository.target());
        }
        @Nullable String target = targetBranch(repository);
        if (target != null) {
            request.put("targetBranch", target);
        }
        if (model != null) {
            request.put("model", model);
        }
        if (agent != null) {
            request.put("agent", agent);
        }
        if (priority != null) {
            request.put("priority", priority);
        }
        if (timeout != null) {
            request.put("timeoutSecs", timeout);
        }
        if (maxCost != null) {
            request.put("maxCostUsd", maxCost);
        }
        if (loop) {
            request.put("autonomousLoop", true);
        }
        if (localOnly) {
            request.put("localOnly", true);
        }
        if (continueFrom != null) {
            request.put(CONTINUE_FROM, TaskReference.checked(continueFrom));
        }
        return request;
    }

    /**
     * The plan, from the words or the file. Refuses what is wrong whatever the repository, before anything is started.
     *
     * @throws MakimaException VALIDATION, or NOT_FOUND for a file that is not there
     */
    String plan(Surroundings surroundings) {
        if (into != null && !action.hasTarget()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "--into says where the work is merged, and --action " + action.name() + " merges nothing",
                    "Give --action merge or --action pr too");
        }
        if (timeout != null && timeout < 1) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "--timeout is " + timeout, "Give at least 1 second, or leave it out");
        }
        if (maxCost != null && maxCost.signum() <= 0) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "--max-cost is " + maxCost.toPlainString(),
                    "Give more than 0 dollars, such as 2.50, or leave it out");
        }
        if (localOnly && action == CompletionAction.pr) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "--local-only pushes nothing, and a pull request needs its branch pushed",
                    "Leave one of them out");
        }
        if (continueFrom != null) {
            TaskReference.checked(continueFrom);
        }
        return options.plan(surroundings, plan);
    }

    /**
     * Finds the repository, and says early what is wrong with it.
     *
     * @param sameMachine whether the server is on this machine
     * @throws MakimaException VALIDATION or NOT_FOUND where it can't be worked on as asked
     */
    TaskRepository repository(Surroundings surroundings, boolean sameMachine) {
        TaskRepository repository = TaskRepository.find(surroundings, repo, base, sameMachine);
        if (into != null && action == CompletionAction.merge) {
            repository.requireBranch(surroundings, into);
        }
        return repository;
    }

    /**
     * The request with the whole id of the task that it continues from, which the server has to be asked for.
     *
     * @throws MakimaException NOT_FOUND where there is none, VALIDATION where more than one begins so
     */
    static ObjectNode resolved(ApiClient api, ObjectNode request) {
        return request.has(CONTINUE_FROM)
                ? request.put(
                        CONTINUE_FROM,
                        TaskReference.resolve(api, request.path(CONTINUE_FROM).asText()))
                : request;
    }

    /** The repository's default branch, which a daemon takes for a merge, need not be the one that people are on. */
    private @Nullable String targetBranch(TaskRepository repository) {
        if (into != null) {
            return new RefName(into).value();
        }
        return action == CompletionAction.merge && repository.target() != null ? repository.base() : null;
    }
}
