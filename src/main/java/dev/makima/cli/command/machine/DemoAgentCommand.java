package dev.makima.cli.command.machine;

import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.demo.DemoAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** The scripted agent of the demonstration, started by the demonstration's daemon. */
@Command(name = "demo-agent", hidden = true, description = "The scripted agent of the demonstration: not for people.")
final class DemoAgentCommand extends Base {
    private static final Duration PAUSE = Duration.ofMillis(350);

    /** It is given the real agent's options and needs two of them. */
    @Unmatched
    List<String> arguments = new ArrayList<>();

    DemoAgentCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (arguments.contains("--version")) {
            surroundings.out().println(DemoAgent.VERSION);
            return ExitCode.OK;
        }
        return new DemoAgent(surroundings, arguments, PAUSE).run();
    }
}
