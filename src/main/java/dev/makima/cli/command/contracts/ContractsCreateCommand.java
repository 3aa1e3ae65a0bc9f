package dev.makima.cli.command.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.TaskRepository;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
final class ContractsCreateCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "its name")
    String name = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "DESCRIPTION", description = "what is to be done")
    String description = "";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "simple",
            completionCandidates = ContractCandidates.Types.class,
            description = "simple (plan, execute) or specification (research, specify, plan, execute, review)")
    String type = "simple";

    @Option(
            names = "--phase",
            paramLabel = "PHASE",
            completionCandidates = ContractCandidates.Phases.class,
            description = "begin in that phase")
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

    ContractsCreateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return !noStart; // it would end with this command
    }

    @Override
    protected int ask(ApiClient api) {
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
        ObjectNode place =
                request.putObject("repository").put(isPath(repository.url()) ? "localPath" : "url", repository.url());
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

    /** Whether it is a directory of the daemon's machine, or an empty repository there. */
    static boolean isPath(String url) {
        return url.startsWith("/") || url.startsWith("~") || url.startsWith("new");
    }
}
