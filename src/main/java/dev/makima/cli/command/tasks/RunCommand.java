package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.command.base.Base;
import dev.makima.cli.command.base.Connection;
import dev.makima.cli.command.base.ConnectionOptions;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.ConfiguredServer;
import dev.makima.cli.local.TaskRepository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
            "  makima run --action pr --name rounding \"Round prices half up, with tests\"",
            "  makima run --action merge --into main \"Update the change log\"",
            "  makima run --loop --max-cost 5 \"Migrate the tests to JUnit 6\"",
            "  makima run --continue-from 1a2b3c4d \"Now handle leap seconds too\"",
            "  makima run --repo new:// \"Write a small HTTP server in Go\"",
            "  makima run --file plan.md --timeout 1800 --json > log.jsonl",
            "",
            "Where a server is configured (--api-url, MAKIMA_API_URL, configuration file), the task runs there.",
            "Otherwise this machine's instance (makima up) is used, or one is started inside this command.",
            "Ctrl-C stops the task gracefully and says where its work is; a second one forces.",
            "Exit code: 0 done; 1 failed, or done and not merged (no pull request) as asked; 130 interrupted.",
            "",
            "makima run CLASS --conf FILE deploys a Vert.x verticle instead, for example",
            "  makima run dev.makima.server.ServerVerticle --conf server.toml"
        })
final class RunCommand extends Base {
    @Mixin
    TaskOptions task = new TaskOptions();

    @Option(names = "--json", description = "one JSON object a line: entries, task changes, a summary")
    boolean json;

    @Mixin
    ConnectionOptions connection = new ConnectionOptions();

    RunCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        String plan = task.plan(surroundings);
        boolean sameMachine = Connection.configured(surroundings, connection)
                .map(ConfiguredServer::url)
                .map(url -> url.isLoopback())
                .orElse(true);
        TaskRepository repository = task.repository(surroundings, sameMachine);
        ObjectNode request = task.request(plan, repository, true);
        try (Output output = json ? new JsonOutput(surroundings) : new PeopleOutput(surroundings)) {
            repository.notes().forEach(output::note);
            return new TaskRun(surroundings, connection, output).toTheEnd(request);
        }
    }
}
