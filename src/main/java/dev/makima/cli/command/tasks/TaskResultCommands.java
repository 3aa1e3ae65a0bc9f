package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.IdBeginning;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.LocalStack;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code makima tasks} that keep a task's work, or bring it to where others see it. */
final class TaskResultCommands {
    private TaskResultCommands() {}

    private static ObjectNode with(ObjectNode request, String name, @Nullable String value) {
        return value == null ? request : request.put(name, value);
    }

    @Command(
            name = "checkpoints",
            sortOptions = false,
            description = "Lists the saved states of a task's work, the newest first.",
            footer = {"", "Example:", "  makima tasks checkpoints 1a2b3c4d"})
    static final class Checkpoints extends TaskWorkCommand {
        Checkpoints(Surroundings surroundings) {
            super(surroundings);
        }

        /** The server has them. */
        @Override
        protected LocalStack.Parts parts() {
            return LocalStack.Parts.SERVER;
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.get(path + "/checkpoints");
        }

        @Override
        void show(JsonNode answer) {
            Table table = new Table("NUMBER", "COMMIT", "FILES", "ADDED", "REMOVED", "CREATED", "MESSAGE");
            for (JsonNode checkpoint : answer.path("checkpoints")) {
                table.row(
                        checkpoint.path("number").asText("-"),
                        IdBeginning.brief(checkpoint.path("commitSha")),
                        Integer.toString(checkpoint.path("filesChanged").size()),
                        checkpoint.path("linesAdded").asText("-"),
                        checkpoint.path("linesRemoved").asText("-"),
                        Amounts.ago(checkpoint.path("createdAt").asText(null), Instant.now()),
                        checkpoint.path("message").asText());
            }
            table(
                    answer.path("checkpoints"),
                    table,
                    "No checkpoints yet. Make one with: makima tasks checkpoint " + task + " MESSAGE");
        }
    }

    @Command(
            name = "checkpoint",
            sortOptions = false,
            description = "Saves the present state of a task's work beside its branch, which stays as it is.",
            footer = {"", "Example:", "  makima tasks checkpoint 1a2b3c4d \"the parser works\""})
    static final class Checkpoint extends TaskWorkCommand {
        @Parameters(index = "1", paramLabel = "MESSAGE", description = "what has been reached")
        String message = "";

        Checkpoint(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.post(path + "/checkpoints", Json.object().put("message", message));
        }

        @Override
        void show(JsonNode answer) {
            say("Checkpoint " + answer.path("number").asText("") + " is commit "
                    + IdBeginning.brief(answer.path("commitSha")) + ".");
        }
    }

    @Command(
            name = "branches",
            sortOptions = false,
            description = "Lists the branches of tasks in a task's repository.",
            footer = {"", "Example:", "  makima tasks branches 1a2b3c4d"})
    static final class Branches extends TaskWorkCommand {
        Branches(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.get(path + "/branches");
        }

        @Override
        void show(JsonNode answer) {
            Table table = new Table("BRANCH", "TASK", "MERGED", "COMMIT", "SUBJECT");
            for (JsonNode branch : answer.path("branches")) {
                table.row(
                        branch.path("name").asText(),
                        branch.hasNonNull("taskId") ? IdBeginning.brief(branch.path("taskId")) : "-",
                        branch.path("isMerged").asBoolean() ? "yes" : "no",
                        branch.path("lastCommit").asText(),
                        branch.path("lastCommitMessage").asText());
            }
            table(answer.path("branches"), table, "No branches of tasks.");
        }
    }

    @Command(
            name = "merge",
            sortOptions = false,
            description = {
                "Merges a task's work into a branch of its repository.",
                "Exit code 1 where it conflicts; then nothing is changed, and the files are listed."
            },
            footer = {
                "",
                "Examples:",
                "  makima tasks merge 1a2b3c4d",
                "  makima tasks merge 1a2b3c4d --to develop --squash"
            })
    static final class Merge extends TaskWorkCommand {
        @Option(names = "--to", paramLabel = "BRANCH", description = "default: the task's target or base branch")
        @Nullable
        String to;

        @Option(names = "--squash", description = "as one commit")
        boolean squash;

        Merge(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.post(path + "/merge/target", with(Json.object().put("squash", squash), "targetBranch", to));
        }
    }

    @Command(
            name = "pr",
            sortOptions = false,
            description = "Pushes a task's work and opens a pull request.",
            footer = {
                "",
                "Examples:",
                "  makima tasks pr 1a2b3c4d --title \"Date parser\"",
                "  makima tasks pr 1a2b3c4d --title \"Date parser\" --base develop --branch date-parser"
            })
    static final class PullRequest extends TaskWorkCommand {
        @Option(names = "--title", paramLabel = "TITLE", required = true, description = "its title")
        String title = "";

        @Option(names = "--body", paramLabel = "TEXT", description = "its description")
        @Nullable
        String body;

        @Option(names = "--base", paramLabel = "BRANCH", description = "where it goes; default: the task's base branch")
        @Nullable
        String base;

        @Option(
                names = "--branch",
                paramLabel = "BRANCH",
                description = "what is pushed; default: the worktree's branch")
        @Nullable
        String branch;

        PullRequest(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            ObjectNode request = with(Json.object().put("title", title), "body", body);
            return api.post(path + "/pr", with(with(request, "baseBranch", base), "branch", branch));
        }

        @Override
        void show(JsonNode answer) {
            if (answer.hasNonNull("prUrl")) {
                say(answer.path("prUrl").asText());
            } else {
                sayOutcome(answer);
            }
        }
    }

    @Command(
            name = "retry-action",
            sortOptions = false,
            description = "Does the completion action of a task that has ended, once more or another one.",
            footer = {
                "",
                "Examples:",
                "  makima tasks retry-action 1a2b3c4d",
                "  makima tasks retry-action 1a2b3c4d --action merge --branch develop"
            })
    static final class RetryAction extends TaskWorkCommand {
        @Option(
                names = "--action",
                paramLabel = "ACTION",
                completionCandidates = TaskCandidates.Actions.class,
                description = "none, branch, merge or pr; default: the task's")
        @Nullable
        String action;

        @Option(
                names = "--target-repo",
                paramLabel = "DIR",
                description = "on the daemon's machine; default: the task's")
        @Nullable
        String repository;

        @Option(names = "--branch", paramLabel = "BRANCH", description = "the branch it goes to; default: the task's")
        @Nullable
        String branch;

        RetryAction(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            ObjectNode request = with(Json.object(), "action", action);
            return api.post(
                    path + "/completion-action",
                    with(with(request, "targetRepoPath", repository), "targetBranch", branch));
        }
    }
}
