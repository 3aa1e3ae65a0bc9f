package dev.makima.cli.command.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code makima contracts} that lead one to its end. */
final class ContractsProgress {
    private ContractsProgress() {}

    /** What a phase still needs, as a table. */
    abstract static class Listed extends OneContractCommand {
        Listed(Surroundings surroundings) {
            super(surroundings);
        }

        final int show(JsonNode checklist) {
            if (json) {
                print(checklist);
                return ExitCode.OK;
            }
            Table table = new Table("DONE", "DELIVERABLE", "KIND", "HINT");
            for (JsonNode item : checklist.path("items")) {
                table.row(
                        item.path("done").asBoolean() ? "yes" : "no",
                        item.path("name").asText(),
                        item.path("kind").asText(),
                        item.path("hint").asText());
            }
            say("Phase " + checklist.path("phase").asText()
                    + (checklist.hasNonNull("next")
                            ? ", then " + checklist.path("next").asText()
                            : ", the last"));
            if (!checklist.path("items").isEmpty()) {
                print(table);
            }
            return ExitCode.OK;
        }
    }

    /** makima contracts checklist. */
    @Command(
            name = "checklist",
            sortOptions = false,
            description = "Shows what a contract's phase still needs.",
            footer = {"", "Example:", "  makima contracts checklist 1a2b3c4d"})
    static final class Checklist extends Listed {
        Checklist(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            return show(api.get(path(api) + "/checklist"));
        }
    }

    /** makima contracts mark. */
    @Command(
            name = "mark",
            sortOptions = false,
            description = "Says that a deliverable is done, or is not.",
            footer = {
                "",
                "Examples:",
                "  makima contracts mark 1a2b3c4d pull-request",
                "  makima contracts mark 1a2b3c4d pull-request --open"
            })
    static final class Mark extends Listed {
        @Parameters(index = "1", paramLabel = "DELIVERABLE", description = "its name: makima contracts checklist")
        String deliverable = "";

        @Option(names = "--open", description = "it is not done after all")
        boolean open;

        Mark(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            return show(api.put(
                    path(api) + "/deliverables/" + ApiClient.encode(deliverable),
                    Json.object().put("done", !open)));
        }
    }

    /** makima contracts advance. */
    @Command(
            name = "advance",
            sortOptions = false,
            description = "Takes a contract to its next phase.",
            footer = {"", "Example:", "  makima contracts advance 1a2b3c4d execute"})
    static final class Advance extends OneContractCommand {
        @Parameters(
                index = "1",
                paramLabel = "PHASE",
                completionCandidates = ContractCandidates.Phases.class,
                description = "research, specify, plan, execute or review")
        String phase = "";

        Advance(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            JsonNode answer = api.post(path(api) + "/phase", Json.object().put("phase", phase));
            if (json) {
                print(answer);
            } else {
                say("The phase is " + answer.path("phase").asText() + ".");
            }
            return ExitCode.OK;
        }
    }

    /** makima contracts update. */
    @Command(
            name = "update",
            sortOptions = false,
            description = "Changes a contract's name, its description, or how its tasks work.",
            footer = {
                "",
                "Examples:",
                "  makima contracts update 1a2b3c4d --name \"Date parser, second try\"",
                "  makima contracts update 1a2b3c4d --no-loop"
            })
    static final class Update extends OneContractCommand {
        @Option(names = "--name", paramLabel = "NAME", description = "its new name")
        @Nullable
        String name;

        @Option(names = "--description", paramLabel = "TEXT", description = "what is to be done")
        @Nullable
        String description;

        @Option(
                names = "--loop",
                negatable = true,
                description = "start its tasks' agents again until they say that they are ready")
        @Nullable
        Boolean loop;

        Update(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            ObjectNode change = Json.object();
            if (name != null) {
                change.put("name", name);
            }
            if (description != null) {
                change.put("description", description);
            }
            if (loop != null) {
                change.put("autonomousLoop", loop);
            }
            if (change.isEmpty()) {
                throw new MakimaException(
                        ErrorCode.VALIDATION, "nothing to change is given", "See: makima contracts update --help");
            }
            JsonNode answer = api.put(path(api), change);
            if (json) {
                print(answer);
            } else {
                say("Changed: " + answer.path("name").asText());
            }
            return ExitCode.OK;
        }
    }

    /** makima contracts complete. */
    @Command(
            name = "complete",
            sortOptions = false,
            description =
                    "Ends a contract: its tasks are stopped, and their worktrees removed; their branches too, but for"
                            + " those with commits that are on no other branch.",
            footer = {"", "Example:", "  makima contracts complete 1a2b3c4d"})
    static final class Complete extends OneContractCommand {
        Complete(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            JsonNode answer = api.post(path(api) + "/complete", Json.object());
            if (json) {
                print(answer);
            } else {
                surroundings.out().println("Completed: " + answer.path("name").asText());
            }
            return ExitCode.OK;
        }
    }

    /** makima contracts delete. */
    @Command(
            name = "delete",
            sortOptions = false,
            description =
                    "Deletes a contract: its tasks are stopped, their worktrees and branches are removed. After its"
                            + " completion those branches stay whose commits are on no other branch.",
            footer = {
                "",
                "Examples:",
                "  makima contracts delete 1a2b3c4d",
                "  makima contracts delete 1a2b3c4d --discard-unmerged"
            })
    static final class Delete extends OneContractCommand {
        @Option(
                names = "--discard-unmerged",
                description = "the branches too that its completion has left, with all that is only there")
        boolean discardUnmerged;

        Delete(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected int ask(ApiClient api) {
            String path = path(api);
            boolean completed = api.get(path).path("status").asText().equals("completed");
            api.delete(discardUnmerged ? path + "?discardUnmerged=true" : path);
            surroundings.out().println(json ? "{}" : "Deleted.");
            if (completed && !discardUnmerged && !json) {
                say("Branches stay whose commits are on no other branch. To remove a task's:"
                        + " makima tasks cleanup TASK --delete-branch");
            }
            return ExitCode.OK;
        }
    }
}
