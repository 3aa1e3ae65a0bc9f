package dev.makima.cli.command.services;

import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.Surroundings;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** makima up. */
@Command(
        name = "up",
        sortOptions = false,
        description = {
            "Server and daemon together in this process: all that one machine needs.",
            "While it runs, makima run, tasks, daemons and keys find it by themselves."
        },
        footer = {
            "",
            "Examples:",
            "  makima up",
            "  makima up --port 0 --max-tasks 4",
            "  makima run \"Add a test for the date parser\"     # then, in another terminal"
        })
final class UpCommand extends Base {
    @Option(names = "--host", paramLabel = "HOST", description = "the interface to listen on; default: 127.0.0.1")
    @Nullable
    String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "0 = any free one; default: 8080")
    @Nullable
    String port;

    @Option(names = "--max-tasks", paramLabel = "N", description = "most tasks at a time; default: 10")
    @Nullable
    String maxTasks;

    @Mixin
    ServiceOptions options = new ServiceOptions();

    UpCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, @Nullable String> flags = ServerCommand.flags(host, port, null);
        flags.put("process.maxConcurrentTasks", maxTasks);
        return new StayingStack(surroundings, options, flags).run(true);
    }
}
