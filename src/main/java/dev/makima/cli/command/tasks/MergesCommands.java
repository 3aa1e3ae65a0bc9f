package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.Group;
import dev.makima.cli.command.base.Subcommands;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima merges …: a branch into a task's worktree, step by step. */
final class MergesCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES = List.of("start", "status", "resolve", "commit", "abort", "skip", "check");

    private MergesCommands() {}

    /** The group with the command that is meant, or with all. */
    static CommandLine create(Surroundings surroundings, @Nullable String meant) {
        return Subcommands.of(
                new Merges(surroundings),
                NAMES,
                name -> switch (name) {
                    case "start" -> new Start(surroundings);
                    case "status" -> new Status(surroundings);
                    case "resolve" -> new Resolve(surroundings);
                    case "commit" -> new Commit(surroundings);
                    case "abort" -> new Abort(surroundings);
                    case "skip" -> new Skip(surroundings);
                    case "check" -> new Check(surroundings);
                    default -> throw Subcommands.unknown(name);
                },
                meant);
    }

    /** makima merges start. */
    @Command(
            name = "start",
            sortOptions = false,
            description = {
                "Begins to merge a branch into a task's worktree; nothing is committed yet.",
                "Exit code 1 where it conflicts: then resolve each file and commit, or abort."
            },
            footer = {"", "Example:", "  makima merges start 1a2b3c4d makima/date-parser-5e6f7a8b"})
    static final class Start extends TaskWorkCommand {
        @Parameters(index = "1", paramLabel = "BRANCH", description = "what is merged: makima tasks branches TASK")
        String branch = "";

        Start(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.post(path + "/merge", Json.object().put("sourceBranch", branch));
        }
    }

    /** makima merges status. */
    @Command(
            name = "status",
            sortOptions = false,
            description = "Shows whether a merge is under way in a task's worktree, and what it conflicts in.",
            footer = {"", "Example:", "  makima merges status 1a2b3c4d"})
    static final class Status extends TaskWorkCommand {
        Status(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.get(path + "/merge");
        }

        @Override
        void show(JsonNode answer) {
            if (!answer.path("inProgress").asBoolean()) {
                say("No merge is under way.");
                return;
            }
            JsonNode files = answer.path("conflictedFiles");
            say("A merge of " + answer.path("sourceBranch").asText("a branch") + " is under way. "
                    + (files.isEmpty() ? "Nothing conflicts: commit it." : "It conflicts in:"));
            files.forEach(file -> say("  " + file.asText()));
        }
    }

    /** makima merges resolve. */
    @Command(
            name = "resolve",
            sortOptions = false,
            description = "Takes one side of a file that conflicts.",
            footer = {"", "Example:", "  makima merges resolve 1a2b3c4d src/dates/Parser.java theirs"})
    static final class Resolve extends TaskWorkCommand {
        @Parameters(index = "1", paramLabel = "PATH", description = "the file, relative to the worktree")
        String file = "";

        @Parameters(
                index = "2",
                paramLabel = "SIDE",
                completionCandidates = TaskCandidates.Sides.class,
                description = "ours (as it is in the worktree) or theirs (as it is in the branch)")
        String side = "";

        Resolve(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.post(
                    path + "/merge/resolve", Json.object().put("file", file).put("strategy", side));
        }
    }

    /** makima merges commit. */
    @Command(
            name = "commit",
            sortOptions = false,
            description = "Ends the merge with a commit; exit code 1 while a file still conflicts.",
            footer = {"", "Example:", "  makima merges commit 1a2b3c4d \"Merge the date parser\""})
    static final class Commit extends TaskWorkCommand {
        @Parameters(index = "1", paramLabel = "MESSAGE", description = "the commit's message")
        String message = "";

        Commit(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.post(path + "/merge/commit", Json.object().put("message", message));
        }
    }

    /** makima merges abort. */
    @Command(
            name = "abort",
            sortOptions = false,
            description = "Gives the merge up; the worktree is as it was before.",
            footer = {"", "Example:", "  makima merges abort 1a2b3c4d"})
    static final class Abort extends TaskWorkCommand {
        Abort(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.post(path + "/merge/abort", Json.object());
        }
    }

    /** makima merges skip. */
    @Command(
            name = "skip",
            sortOptions = false,
            description = "Says that a subtask's branch is not to be merged, and why.",
            footer = {"", "Example:", "  makima merges skip 1a2b3c4d 5e6f7a8b \"Its work is in the other subtask\""})
    static final class Skip extends TaskWorkCommand {
        @Parameters(index = "1", paramLabel = "SUBTASK", description = "its id, or the first digits of it")
        String subtask = "";

        @Parameters(index = "2", paramLabel = "REASON", description = "why")
        String reason = "";

        Skip(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.post(
                    path + "/merge/skip",
                    Json.object()
                            .put("subtaskId", TaskReference.resolve(api, subtask))
                            .put("reason", reason));
        }
    }

    /** makima merges check. */
    @Command(
            name = "check",
            sortOptions = false,
            description = "Shows whether every subtask's branch is merged or skipped.",
            footer = {"", "Example:", "  makima merges check 1a2b3c4d"})
    static final class Check extends TaskWorkCommand {
        Check(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        JsonNode asked(ApiClient api, String path) {
            return api.get(path + "/merge/check");
        }

        @Override
        void show(JsonNode answer) {
            say(answer.path("mergedCount").asInt() + " merged, "
                    + answer.path("skippedCount").asInt() + " skipped, "
                    + answer.path("unmergedBranches").size() + " open");
            answer.path("unmergedBranches").forEach(branch -> say("  " + branch.asText()));
        }
    }

    /** makima merges. */
    @Command(
            name = "merges",
            description = {
                "Merges of a branch into a task's worktree, step by step: start, look, take a side, commit or give up.",
                "For a whole task's work in one go there is: makima tasks merge"
            },
            footer = {
                "",
                "Examples:",
                "  makima merges start 1a2b3c4d makima/date-parser-5e6f7a8b",
                "  makima merges status 1a2b3c4d",
                "  makima merges resolve 1a2b3c4d src/dates/Parser.java theirs",
                "  makima merges commit 1a2b3c4d \"Merge the date parser\"",
                "",
                "A task is named by its id or the first digits of it."
            })
    static final class Merges extends Group {
        Merges(Surroundings surroundings) {
            super("merges", surroundings);
        }
    }
}
