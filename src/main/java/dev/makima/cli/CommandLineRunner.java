package dev.makima.cli;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.command.AotTrainCommand;
import dev.makima.cli.command.Commands;
import dev.makima.cli.command.VerticleRun;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Overview;
import dev.makima.cli.core.StandardOutput;
import dev.makima.cli.core.Surroundings;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * From arguments to an exit code. The overview (no argument, --help, --version) is printed without picocli: it has to
 * be there at once. Only the command that was named is made.
 */
public final class CommandLineRunner {
    private CommandLineRunner() {}

    /** Runs one command to its end and says what the process should exit with. Blocks. */
    public static int run(String[] args, Surroundings surroundings) {
        String first = args.length == 0 ? "--help" : args[0];
        try {
            return switch (first) {
                case "--help", "-h" -> overview(surroundings);
                case "--version", "-V", "version" -> version(surroundings);
                case "help" -> help(args, surroundings);
                default -> command(args, surroundings);
            };
        } catch (RuntimeException e) {
            return Failures.of(args, surroundings).report(e);
        }
    }

    private static int overview(Surroundings surroundings) {
        surroundings.out().print(Overview.text());
        return ExitCode.OK;
    }

    private static int version(Surroundings surroundings) {
        surroundings.out().println("makima " + Overview.version());
        return ExitCode.OK;
    }

    private static int help(String[] args, Surroundings surroundings) {
        if (args.length == 1) {
            return overview(surroundings);
        }
        String[] asked = Arrays.copyOfRange(args, 1, args.length + 1);
        asked[asked.length - 1] = "--help";
        CommandLine line = asked.length < 3 ? null : Commands.create(asked[0], asked[1], surroundings);
        if (line != null
                && !line.getSubcommands().isEmpty()
                && !line.getSubcommands().containsKey(asked[1])) {
            // A group that is asked for help gives its own, whatever else it is called with.
            new CommandLine(new Root()).addSubcommand(asked[0], line);
            return Failures.of(args, surroundings)
                    .usage(new CommandLine.UnmatchedArgumentException(line, List.of(asked[1])));
        }
        return run(asked, surroundings);
    }

    private static int command(String[] args, Surroundings surroundings) {
        Failures failures = Failures.of(args, surroundings);
        if (args[0].startsWith("-")) {
            return failures.usage("unknown option " + args[0] + ". See: makima --help");
        }
        if (args[0].equals("run") && VerticleRun.isMeant(args)) {
            return new VerticleRun(surroundings).launch(List.of(args).subList(1, args.length));
        }
        if (args[0].equals("run")) {
            VerticleRun.refuseMisspelt(args);
        }
        // It runs other commands, of which none knows what runs it.
        CommandLine line = args[0].equals("aot-train")
                ? new CommandLine(new AotTrainCommand(surroundings, CommandLineRunner::run))
                : Commands.create(args[0], args.length > 1 ? args[1] : null, surroundings);
        if (line == null) {
            return failures.usage("there is no command '" + args[0] + "'. " + Overview.suggestion(args[0]));
        }
        CommandLine root = new CommandLine(new Root()).addSubcommand(args[0], line);
        root.setParameterExceptionHandler((e, given) -> failures.usage(e));
        root.setExecutionExceptionHandler((e, failed, parsed) -> failures.report(e));
        // Only a help that could not be printed: what a command throws comes wrapped, and to the handler above.
        root.setExecutionStrategy(parsed -> {
            try {
                return new CommandLine.RunLast().execute(parsed);
            } catch (StandardOutput.ReaderGone | MakimaException e) {
                return failures.report(e);
            }
        });
        root.setOut(writer(surroundings.out()));
        root.setErr(writer(surroundings.err()));
        root.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        Numbers.readBy(root);
        // A plan may begin with an @ and is no name of a file with arguments.
        root.setExpandAtFiles(false);
        root.setUsageHelpWidth(100);
        root.setUsageHelpLongOptionsMaxWidth(28);
        return root.execute(args);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    /** Only there to carry the name that usage texts begin with. */
    @CommandLine.Command(name = "makima")
    static final class Root implements Runnable {
        @Override
        public void run() {
            throw new MakimaException(ErrorCode.VALIDATION, "no command given", "See: makima --help");
        }
    }
}
