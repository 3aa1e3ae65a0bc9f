package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.local.TaskRepository;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima contracts …: what people do with contracts. */
final class ContractsCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES = List.of("create", "list", "show", "answer", "complete", "delete");

    private ContractsCommands() {}

    /** The group with its commands. */
    static CommandLine create(Surroundings surroundings) {
        return new CommandLine(new Group.Contracts(surroundings))
                .addSubcommand("create", new Create(surroundings))
                .addSubcommand("list", new Listing(surroundings))
                .addSubcommand("show", new Show(surroundings))
                .addSubcommand("answer", new Answer(surroundings))
                .addSubcommand("complete", new Complete(surroundings))
                .addSubcommand("delete", new Delete(surroundings));
    }

    /** makima contracts create. */
    @Command(
            name = "create",
            sortOptions = false,
            description = "Makes a contract: a piece of work that an agent leads, and other agents do.",
            footer = {
                "",
                "Examples:",
                "  makima contracts create \"Date parser\" \"Write a date parser with a command line.\"",
                "  makima contracts create \"Search\" \"Full text search.\" --type specification --local-only"
            })
    static final class Create extends ApiCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "its name")
        String name = "";

        @Parameters(index = "1", arity = "0..1", paramLabel = "DESCRIPTION", description = "what is to be done")
        String description = "";

        @Option(
                names = "--type",
                paramLabel = "TYPE",
                defaultValue = "simple",
                description = "simple (plan, execute) or specification (research, specify, plan, execute, review)")
        String type = "simple";

        @Option(names = "--phase", paramLabel = "PHASE", description = "begin in that phase")
        @Nullable
        String phase;

        @Option(
                names = {"-r", "--repo"},
                paramLabel = "DIR|URL",
                description = "the repository; default: the one of the current directory")
        @Nullable
        String repo;

        @Option(names = "--base", paramLabel = "BRANCH", description = "where the work begins")
        @Nullable
        String base;

        @Option(names = "--local-only", description = "push nothing, and open no pull request")
        boolean localOnly;

        @Option(names = "--loop", description = "start its tasks' agents again until they say that they are ready")
        boolean loop;

        @Option(names = "--no-start", description = "do not start its supervisor yet")
        boolean noStart;

        Create(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        boolean needsRunningInstance() {
            return !noStart; // it would end with this command
        }

        @Override
        int ask(ApiClient api) {
            TaskRepository repository =
                    TaskRepository.find(surroundings, repo, base, api.url().isLoopback());
            repository.notes().forEach(note -> surroundings.err().println("makima: " + note));
            ObjectNode request = Json.object()
                    .put("name", name)
                    .put("description", description)
                    .put("contractType", type)
                    .put("localOnly", localOnly)
                    .put("autonomousLoop", loop)
                    .put("start", !noStart);
            if (phase != null) {
                request.put("initialPhase", phase);
            }
            ObjectNode place = request.putObject("repository")
                    .put(isPath(repository.url()) ? "localPath" : "url", repository.url());
            if (repository.base() != null) {
                place.put("baseBranch", repository.base());
            }
            JsonNode made = api.post("/contracts", request);
            if (json) {
                print(made);
            } else {
                surroundings.out().println(made.path("id").asText());
            }
            return ExitCode.OK;
        }

        private static boolean isPath(String url) {
            return url.startsWith("/") || url.startsWith("~") || url.startsWith("new");
        }
    }

    /** makima contracts list. */
    @Command(
            name = "list",
            sortOptions = false,
            description = "Lists contracts, the newest first.",
            footer = {"", "Example:", "  makima contracts list --status active"})
    static final class Listing extends ApiCommand {
        @Option(names = "--status", paramLabel = "STATUS", description = "only those: active or completed")
        @Nullable
        String status;

        Listing(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int ask(ApiClient api) {
            JsonNode answer =
                    api.get("/contracts?limit=100" + (status == null ? "" : "&status=" + ApiClient.encode(status)));
            if (json) {
                print(answer);
                return ExitCode.OK;
            }
            if (answer.path("contracts").isEmpty()) {
                surroundings.out().println("No contracts. Make one with: makima contracts create NAME DESCRIPTION");
                return ExitCode.OK;
            }
            Table table = new Table("CONTRACT", "STATUS", "PHASE", "NAME", "TASKS DONE", "COST", "CREATED");
            for (JsonNode one : answer.path("contracts")) {
                table.row(
                        one.path("id").asText().substring(0, 8),
                        one.path("status").asText(),
                        one.path("phase").asText(),
                        one.path("name").asText(),
                        done(one),
                        one.hasNonNull("costUsd")
                                ? Amounts.cost(one.path("costUsd").asDouble())
                                : "",
                        Amounts.ago(one.path("createdAt").asText(), Instant.now()));
            }
            print(table);
            return ExitCode.OK;
        }
    }

    private static String done(JsonNode contract) {
        long all = 0;
        for (JsonNode count : contract.path("taskCounts")) {
            all += count.asLong();
        }
        return contract.path("taskCounts").path("done").asLong() + " of " + all;
    }

    /** A command about one contract. */
    abstract static class One extends ApiCommand {
        @Parameters(index = "0", paramLabel = "CONTRACT", description = "its id, or the first digits of it")
        String contract = "";

        One(Surroundings surroundings) {
            super(surroundings);
        }

        String path(ApiClient api) {
            return "/contracts/" + ContractReference.resolve(api, contract);
        }
    }

    /** makima contracts show. */
    @Command(
            name = "show",
            sortOptions = false,
            description = "Shows one contract: its phase, its tasks, what it asks.",
            footer = {"", "Example:", "  makima contracts show 1a2b3c4d"})
    static final class Show extends One {
        Show(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int ask(ApiClient api) {
            String path = path(api);
            JsonNode whole = api.get(path);
            if (json) {
                print(whole);
                return ExitCode.OK;
            }
            Table table = new Table("CONTRACT", whole.path("id").asText());
            table.row("Name", whole.path("name").asText());
            table.row(
                    "Status",
                    whole.path("status").asText() + ", phase "
                            + whole.path("phase").asText());
            table.row("Supervisor", supervisor(whole.path("supervisor")));
            table.row("Tasks done", done(whole));
            for (JsonNode item : whole.path("deliverables")) {
                table.row(
                        item.path("done").asBoolean() ? "Done" : "Open",
                        item.path("name").asText());
            }
            if (whole.hasNonNull("branch")) {
                table.row("Branch", whole.path("branch").asText());
            }
            if (whole.hasNonNull("prUrl")) {
                table.row("Pull request", whole.path("prUrl").asText());
            }
            print(table);
            tasks(api.get(path + "/tree").path("tasks"));
            whole.path("openQuestions").forEach(this::question);
            return ExitCode.OK;
        }

        private static String supervisor(JsonNode supervisor) {
            String activity = supervisor.path("activity").asText("");
            return supervisor.path("state").asText().replace('_', ' ')
                    + " (task " + supervisor.path("taskId").asText().substring(0, 8) + ")"
                    + (activity.isEmpty() ? "" : ": " + activity);
        }

        private void tasks(JsonNode tasks) {
            Table table = new Table("TASK", "STATUS", "NAME");
            int rows = 0;
            for (JsonNode task : tasks) {
                if (!task.path("isSupervisor").asBoolean()) {
                    rows++;
                    table.row(
                            task.path("id").asText().substring(0, 8),
                            task.path("status").asText(),
                            task.path("name").asText());
                }
            }
            if (rows > 0) {
                surroundings.out().println();
                print(table);
            }
        }

        private void question(JsonNode asked) {
            StringBuilder choices = new StringBuilder();
            asked.path("choices")
                    .forEach(choice ->
                            choices.append(choices.isEmpty() ? "" : ", ").append(choice.asText()));
            Table table = new Table("QUESTION", asked.path("question").asText());
            if (asked.hasNonNull("context")) {
                table.row("Context", asked.path("context").asText());
            }
            if (!choices.isEmpty()) {
                table.row("Choices", choices.toString());
            }
            table.row("Answer by", "makima contracts answer " + contract + " ANSWER");
            surroundings.out().println();
            print(table);
        }
    }

    /** makima contracts answer. */
    @Command(
            name = "answer",
            sortOptions = false,
            description = "Answers what a contract's supervisor asks: its oldest open question, or the one named.",
            footer = {"", "Example:", "  makima contracts answer 1a2b3c4d yes"})
    static final class Answer extends One {
        @Parameters(index = "1..*", arity = "1..*", paramLabel = "ANSWER", description = "the answer; words are joined")
        List<String> words = List.of();

        @Option(names = "--question", paramLabel = "ID", description = "that question; default: the oldest open one")
        @Nullable
        String question;

        Answer(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int ask(ApiClient api) {
            String path = path(api);
            String id = question == null ? oldest(api, path) : question;
            JsonNode answered = api.post(
                    path + "/questions/" + ApiClient.encode(id) + "/answer",
                    Json.object().put("answer", String.join(" ", words)));
            if (json) {
                print(answered);
            } else {
                surroundings
                        .out()
                        .println("Answered: " + answered.path("question").asText());
            }
            return ExitCode.OK;
        }

        private String oldest(ApiClient api, String path) {
            JsonNode open = api.get(path + "/questions?open=true").path("questions");
            if (open.isEmpty()) {
                throw new MakimaException(
                        ErrorCode.NOT_FOUND,
                        "nothing is asked",
                        "Say something to the supervisor by: makima tasks message TASK TEXT");
            }
            return open.get(0).path("id").asText();
        }
    }

    /** makima contracts complete. */
    @Command(
            name = "complete",
            sortOptions = false,
            description = "Ends a contract: its tasks are stopped, their worktrees and branches are removed.",
            footer = {"", "Example:", "  makima contracts complete 1a2b3c4d"})
    static final class Complete extends One {
        Complete(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int ask(ApiClient api) {
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
            description = "Deletes a contract: its tasks are stopped, their worktrees and branches are removed.",
            footer = {"", "Example:", "  makima contracts delete 1a2b3c4d"})
    static final class Delete extends One {
        Delete(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int ask(ApiClient api) {
            api.delete(path(api));
            surroundings.out().println(json ? "{}" : "Deleted.");
            return ExitCode.OK;
        }
    }
}
