package dev.makima.cli.command.machine;

import dev.makima.cli.command.base.Base;
import dev.makima.cli.command.base.Connection;
import dev.makima.cli.command.base.ConnectionOptions;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.demo.Demo;
import dev.makima.cli.local.LocalStack;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** makima demo. */
@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "Shows makima at work in a few seconds: three tasks at once, in a sample repository, carried out by a",
            "scripted agent. Needs git, but no agent, no key and no network; your own files are not touched.",
            "One of the tasks fails on purpose, so that you see what that looks like."
        },
        footer = {"", "Example:", "  makima demo"})
final class DemoCommand extends Base {
    @Option(names = "--clean", description = "delete the sample repository at the end too")
    boolean clean;

    DemoCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() throws InterruptedException {
        return new Demo(surroundings, DemoCommand::connect).run(clean);
    }

    private static Demo.Server connect(Surroundings inner, Path configuration) {
        Connection connection = Connection.open(
                inner,
                ConnectionOptions.ofThisMachine(configuration),
                LocalStack.Parts.SERVER_AND_DAEMON,
                true,
                note -> inner.err().println("makima: " + note));
        return new Demo.Server(connection.api(), connection::close);
    }
}
