package dev.makima.cli;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.command.Commands;
import dev.makima.cli.command.VerticleRun;
import dev.makima.config.ConfigException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
            return report(e, debug(args, surroundings), surroundings.err());
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
        return run(asked, surroundings);
    }

    private static int command(String[] args, Surroundings surroundings) {
        if (args[0].startsWith("-")) {
            surroundings.err().println("makima: unknown option " + args[0] + ". See: makima --help");
            return ExitCode.USAGE;
        }
        if (args[0].equals("run") && VerticleRun.isMeant(args)) {
            return new VerticleRun(surroundings).launch(List.of(args).subList(1, args.length));
        }
        boolean debug = debug(args, surroundings);
        if (args[0].equals("run")) {
            try {
                VerticleRun.refuseMisspelt(args);
            } catch (MakimaException e) {
                return report(e, debug, surroundings.err());
            }
        }
        CommandLine line = Commands.create(args[0], args.length > 1 ? args[1] : null, surroundings);
        if (line == null) {
            return unknown(args[0], surroundings);
        }
        CommandLine root = new CommandLine(new Root()).addSubcommand(args[0], line);
        root.setParameterExceptionHandler((e, given) -> usage(e, surroundings.err()));
        root.setExecutionExceptionHandler((e, failed, parsed) -> report(e, debug, surroundings.err()));
        root.setOut(writer(surroundings.out()));
        root.setErr(writer(surroundings.err()));
        root.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        // A plan may begin with an @ and is no name of a file with arguments.
        root.setExpandAtFiles(false);
        root.setUsageHelpWidth(100);
        root.setUsageHelpLongOptionsMaxWidth(28);
        return root.execute(args);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int unknown(String name, Surroundings surroundings) {
        surroundings.err().println("makima: there is no command '" + name + "'. " + Overview.suggestion(name));
        return ExitCode.USAGE;
    }

    private static int usage(ParameterException e, PrintStream err) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        Set<String> names = e.getCommandLine().getSubcommands().keySet();
        List<String> meant = List.of();
        if (!names.isEmpty()
                && e instanceof UnmatchedArgumentException none
                && !first(none).startsWith("-")) {
            err.println(command + ": there is no command '" + first(none) + "'");
            meant = Overview.nearest(first(none), names);
        } else {
            err.println(command + ": " + e.getMessage());
            if (e instanceof UnmatchedArgumentException unmatched) {
                meant = unmatched.getSuggestions();
            }
        }
        if (!meant.isEmpty()) {
            err.println("Did you mean: " + String.join(", ", meant) + "?");
        }
        err.println("See: " + command + " --help");
        return ExitCode.USAGE;
    }

    private static String first(UnmatchedArgumentException e) {
        return e.getUnmatched().isEmpty() ? "" : e.getUnmatched().getFirst();
    }

    /** One failure as a person reads it: what, then the cure on a line of its own. */
    static int report(Exception e, boolean debug, PrintStream err) {
        if (debug) {
            e.printStackTrace(err);
        }
        if (e instanceof MakimaException known) {
            err.println("makima: " + known.what().stripTrailing());
            known.cure().filter(cure -> !cure.isBlank()).ifPresent(err::println);
            // The command line itself was right, also where only the configuration's content is at fault.
            return known instanceof ConfigException ? ExitCode.FAILURE : ExitCode.of(known.code());
        }
        err.println("makima: something went wrong that should not: " + e);
        if (!debug) {
            err.println("Run it again with --debug to see where, and please report it.");
        }
        return ExitCode.of(ErrorCode.INTERNAL);
    }

    private static boolean debug(String[] args, Surroundings surroundings) {
        return List.of(args).contains("--debug")
                || !surroundings.variable("MAKIMA_DEBUG", "").isEmpty();
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
