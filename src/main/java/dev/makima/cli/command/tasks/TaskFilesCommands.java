package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.IdBeginning;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code makima tasks} about a task's files. */
final class TaskFilesCommands {
    private TaskFilesCommands() {}

    @Command(
            name = "diff",
            sortOptions = false,
            description = {
                "Prints what a task has changed since it began, committed or not, in git's form.",
                "With --uncommitted or --file only what is not committed yet."
            },
            footer = {
                "",
                "Examples:",
                "  makima tasks diff 1a2b3c4d | less",
                "  makima tasks diff 1a2b3c4d --file src/dates/Parser.java"
            })
    static final class Diff extends TaskWorkCommand {
        @Option(names = "--uncommitted", description = "only what is not committed")
        boolean uncommitted;

        @Option(names = "--file", paramLabel = "PATH", description = "only this file, relative to the worktree")
        @Nullable
        String file;

        Diff(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            String one = file == null ? "" : "&file=" + ApiClient.encode(file);
            return api.get(path + "/diff?scope=" + (uncommitted || file != null ? "worktree" : "task") + one);
        }

        @Override
        void show(JsonNode answer) {
            String diff = answer.path("diff").asText("");
            write(diff);
            if (diff.isEmpty()) {
                surroundings.err().println("makima: nothing is changed");
            }
        }
    }

    @Command(
            name = "worktree",
            sortOptions = false,
            description = "Shows where a task's files are, on which branch, and which of them are changed.",
            footer = {"", "Example:", "  makima tasks worktree 1a2b3c4d"})
    static final class Worktree extends TaskWorkCommand {
        Worktree(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.get(path + "/worktree");
        }

        @Override
        void show(JsonNode answer) {
            say("Worktree  " + answer.path("worktreePath").asText("-"));
            say("Branch    " + answer.path("branch").asText("(none)") + " at "
                    + IdBeginning.brief(answer.path("headSha")));
            say("Changed   " + Amounts.count(answer.path("filesChanged").asInt(), "file") + ", +"
                    + answer.path("insertions").asInt() + " -"
                    + answer.path("deletions").asInt());
            Table table = new Table("STATUS", "ADDED", "REMOVED", "FILE");
            for (JsonNode file : answer.path("files")) {
                table.row(
                        file.path("status").asText(),
                        file.path("insertions").asText(),
                        file.path("deletions").asText(),
                        file.path("path").asText());
            }
            if (!answer.path("files").isEmpty()) {
                print(table);
            }
        }
    }

    @Command(
            name = "commit",
            sortOptions = false,
            description = "Commits what is not committed in a task's worktree.",
            footer = {
                "",
                "Examples:",
                "  makima tasks commit 1a2b3c4d",
                "  makima tasks commit 1a2b3c4d -m \"Add the date parser\""
            })
    static final class Commit extends TaskWorkCommand {
        @Option(
                names = {"-m", "--message"},
                paramLabel = "TEXT",
                description = "the commit's message; default: made of the task")
        @Nullable
        String message;

        Commit(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.post(path + "/commit", Json.object().put("message", message));
        }

        @Override
        void show(JsonNode answer) {
            say("Committed as " + answer.path("commitSha").asText() + ".");
        }
    }

    @Command(
            name = "patch",
            sortOptions = false,
            description = {
                "Prints a task's whole change as a patch for git apply --3way.",
                "With --from brings another task's change to this one, wherever the two are."
            },
            footer = {
                "",
                "Examples:",
                "  makima tasks patch 1a2b3c4d -o parser.patch",
                "  makima tasks patch 1a2b3c4d --from 5e6f7a8b"
            })
    static final class Patch extends TaskWorkCommand {
        @Option(names = "--base", paramLabel = "COMMIT", description = "against this commit; default: where it began")
        @Nullable
        String base;

        @Option(names = "--from", paramLabel = "TASK", description = "bring that task's change to this one instead")
        @Nullable
        String from;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "write it to this file")
        @Nullable
        Path output;

        Patch(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            if (from != null) {
                return api.post(
                        path + "/patch/apply", Json.object().put("sourceTaskId", TaskReference.resolve(api, from)));
            }
            ObjectNode request = Json.object();
            return api.post(path + "/patch", base == null ? request : request.put("baseSha", base));
        }

        @Override
        void show(JsonNode answer) {
            if (from != null) {
                sayOutcome(answer);
                return;
            }
            String patch = answer.path("patchContent").asText("");
            if (output == null) {
                write(patch);
                return;
            }
            Path file = surroundings.directory().resolve(output);
            try {
                Files.writeString(file, patch);
            } catch (IOException e) {
                throw new MakimaException(
                        ErrorCode.IO, "cannot write " + file + ": " + e, "Check its directory and the free space", e);
            }
            say(Amounts.count(answer.path("filesCount").asInt(), "file") + ", against "
                    + IdBeginning.brief(answer.path("baseCommitSha")) + ": " + file);
        }
    }

    @Command(
            name = "clone",
            sortOptions = false,
            description =
                    "Copies a task's worktree to a directory of the daemon's machine, as a repository of its own.",
            footer = {"", "Example:", "  makima tasks clone 1a2b3c4d ~/try/parser"})
    static final class CloneTo extends TaskWorkCommand {
        @Parameters(index = "1", paramLabel = "DIR", description = "absolute, or from ~/; must not exist, or be empty")
        String directory = "";

        CloneTo(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.post(path + "/clone", Json.object().put("targetDir", directory));
        }
    }

    @Command(
            name = "cleanup",
            sortOptions = false,
            description = {
                "Removes a task's worktree. Its branch stays, unless --delete-branch is given.",
                "An agent that works there is stopped first."
            },
            footer = {
                "",
                "Examples:",
                "  makima tasks cleanup 1a2b3c4d",
                "  makima tasks cleanup 1a2b3c4d --delete-branch"
            })
    static final class Cleanup extends TaskWorkCommand {
        @Option(names = "--delete-branch", description = "the task's branch too, with all that is only there")
        boolean deleteBranch;

        Cleanup(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.post(path + "/cleanup", Json.object().put("deleteBranch", deleteBranch));
        }
    }
}
