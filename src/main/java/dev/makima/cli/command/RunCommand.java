package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.Json;
import dev.makima.cli.local.ConfiguredServer;
import dev.makima.cli.local.TaskRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The main job in one command. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Gives an agent a task in a git repository and shows live what it does.",
            "The agent works in a worktree of its own; what it made ends as a branch, unless --action says otherwise."
        },
        footer = {
            "",
            "Examples:",
            "  makima run \"Add a test for the date parser\"",
            "  makima run --repo ~/src/shop --base develop \"Fix the rounding of prices\"",
            "  makima run --repo https://github.com/me/site --name footer \"Update the footer\"",
            "  makima run --repo new:// \"Write a small HTTP server in Go\"",
            "  makima run --file plan.md --timeout 1800 --json > log.jsonl",
            "",
            "Where a server is configured (--api-url, MAKIMA_API_URL, configuration file), the task runs there.",
            "Otherwise this machine's instance (makima up) is used, or one is started inside this command.",
            "Ctrl-C stops the task gracefully and says where its work is; a second one forces.",
            "Exit code: 0 done, 1 failed, 130 interrupted.",
            "",
            "makima run CLASS --conf FILE deploys a Vert.x verticle instead, for example",
            "  makima run dev.makima.server.ServerVerticle --conf server.toml"
        })
final class RunCommand extends Base {
    /** Plans beyond this are refused here, where the message is better than the server's. */
    private static final int MAX_PLAN_CHARS = 900_000;

    @Parameters(arity = "0..*", paramLabel = "PLAN", description = "what the agent shall do; several words are joined")
    List<String> plan = List.of();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "PLANFILE",
            description = "read the plan from a file; - is standard input")
    @Nullable
    String file;

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
            description = "how the work ends: none (it stays in its worktree) or branch; default: ${DEFAULT-VALUE}")
    Action action = Action.branch;

    @Option(
            names = {"-b", "--base"},
            paramLabel = "BRANCH",
            description = "the branch to start from; default: the one that is checked out")
    @Nullable
    String base;

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "the task's name; default: the plan's first words")
    @Nullable
    String name;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "the agent's model; default: the agent's own")
    @Nullable
    String model;

    @Option(
            names = "--timeout",
            paramLabel = "SECS",
            description = "stop the task after so many seconds; default: never")
    @Nullable
    Integer timeout;

    @Option(names = "--json", description = "one JSON object a line: entries, task changes, a summary")
    boolean json;

    @Mixin
    ConnectionOptions connection = new ConnectionOptions();

    /** What can be done with the work; spelled as on the command line and on the wire. */
    enum Action {
        none,
        branch,
        merge,
        pr;

        /**
         * Says early what a daemon of this version would say after the agent's work.
         *
         * @throws MakimaException VALIDATION where it cannot be done yet
         */
        void require() {
            if (this == merge || this == pr) {
                throw new MakimaException(
                        ErrorCode.VALIDATION,
                        "--action " + name() + " is not in this version yet",
                        "Take --action branch, and " + (this == pr ? "open the pull request" : "merge it")
                                + " yourself");
            }
        }
    }

    RunCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        action.require();
        String text = plan();
        if (timeout != null && timeout < 1) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "--timeout is " + timeout, "Give at least 1 second, or leave it out");
        }
        boolean sameMachine = Connection.configured(surroundings, connection)
                .map(ConfiguredServer::url)
                .map(url -> url.isLoopback())
                .orElse(true);
        TaskRepository repository = TaskRepository.find(surroundings, repo, base, sameMachine);
        try (Output output = json ? new JsonOutput(surroundings) : new PeopleOutput(surroundings)) {
            repository.notes().forEach(output::note);
            TaskRun run = new TaskRun(surroundings, connection, output);
            return run.toTheEnd(request(text, repository));
        }
    }

    private JsonNode request(String text, TaskRepository repository) {
        ObjectNode request = Json.object()
                .put("name", name == null || name.isBlank() ? nameOf(text) : name)
                .put("plan", text)
                .put("repositoryUrl", repository.url())
                .put("completionAction", action.name())
                .put("start", true);
        if (repository.base() != null) {
            request.put("baseBranch", repository.base());
        }
        if (repository.target() != null) {
            request.put("targetRepoPath", repository.target());
        }
        if (model != null) {
            request.put("model", model);
        }
        if (timeout != null) {
            request.put("timeoutSecs", timeout);
        }
        return request;
    }

    /** The plan's first line, short: it becomes a part of the branch's name. */
    static String nameOf(String plan) {
        String first = plan.strip().lines().findFirst().orElse("").replaceFirst("^[#\\s>*-]+", "");
        return Text.abbreviate(first.isBlank() ? "task" : first, 48);
    }

    private String plan() {
        String words = String.join(" ", plan).strip();
        if (file != null && !words.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "a plan is given twice: as words and by --file", "Leave one of them out");
        }
        String text = file == null ? words : read(file);
        if (text.isBlank()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    file == null ? "no plan given" : "the plan in " + file + " is empty",
                    "Say what the agent shall do, for example: makima run \"Add a test for the date parser\"");
        }
        if (text.length() > MAX_PLAN_CHARS) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "the plan has " + text.length() + " characters",
                    "Keep it under " + MAX_PLAN_CHARS + ": put material into the repository and name it in the plan");
        }
        return text;
    }

    private String read(String planFile) {
        try {
            if (planFile.equals("-")) {
                return new String(surroundings.in().readAllBytes(), StandardCharsets.UTF_8).strip();
            }
            Path path = surroundings.directory().resolve(surroundings.expand(planFile));
            return Files.readString(path).strip();
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "cannot read the plan from " + planFile,
                    "Check that the file exists, may be read, and is UTF-8 text",
                    e);
        }
    }
}
