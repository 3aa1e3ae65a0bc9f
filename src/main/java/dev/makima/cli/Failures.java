package dev.makima.cli;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.Json;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Overview;
import dev.makima.cli.core.StandardOutput;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Printable;
import dev.makima.config.ConfigException;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * How a failure is told, on standard error: a person reads what happened and, on a line of its own, what to do; a program
 * gets one JSON object with code and message, as from the server's API. The exit code is the same.
 *
 * @param json whether a program is told
 * @param debug whether it wants to know where it came from
 */
record Failures(boolean json, boolean debug, PrintStream err) {
    /** The families that answer in JSON without being asked: agents call them. */
    private static final Set<String> FOR_AGENTS = Set.of("supervisor", "orchestrator", "contract", "directive");

    /** Those of a call. Reads the arguments as they are, so that it holds for mistakes in them too. */
    static Failures of(String[] args, Surroundings surroundings) {
        List<String> all = List.of(args);
        int end = all.indexOf("--");
        List<String> options = end < 0 ? all : all.subList(0, end);
        return new Failures(
                options.contains("--json") || (args.length > 0 && FOR_AGENTS.contains(args[0])),
                options.contains("--debug")
                        || !surroundings.variable("MAKIMA_DEBUG", "").isEmpty(),
                surroundings.err());
    }

    /** What was called is no command, or has an option that there is not. */
    int usage(String what) {
        tell(ErrorCode.VALIDATION, "makima", what, "");
        return ExitCode.USAGE;
    }

    /** The arguments are not those of the command. */
    int usage(ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        Set<String> names = e.getCommandLine().getSubcommands().keySet();
        String what = String.valueOf(e.getMessage());
        List<String> meant = List.of();
        if (e instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().isEmpty()
                    ? ""
                    : unmatched.getUnmatched().getFirst();
            if (first.startsWith("-")) {
                meant = unmatched.getSuggestions();
            } else if (names.isEmpty()) {
                what = "nothing is expected at '" + first + "'; a text of several words has to be in quotes";
            } else {
                what = "there is no command '" + first + "'";
                meant = Overview.nearest(first, names);
            }
        }
        tell(
                ErrorCode.VALIDATION,
                command,
                what,
                (meant.isEmpty() ? "" : "Did you mean: " + String.join(", ", meant) + "?\n") + "See: " + command
                        + " --help");
        return ExitCode.USAGE;
    }

    /** Anything that a command ended with. */
    int report(Exception e) {
        if (e instanceof StandardOutput.ReaderGone) {
            return ExitCode.READER_GONE;
        }
        if (debug) {
            e.printStackTrace(err);
        }
        if (e instanceof MakimaException known) {
            tell(
                    known.code(),
                    "makima",
                    known.what().stripTrailing(),
                    known.cure().orElse(""));
            // The command line itself was right where only the configuration's content is at fault.
            return known instanceof ConfigException config && !config.ofCommandLine()
                    ? ExitCode.FAILURE
                    : ExitCode.of(known.code());
        }
        tell(
                ErrorCode.INTERNAL,
                "makima",
                "something went wrong that should not: " + e,
                debug ? "" : "Run it again with --debug to see where, and please report it.");
        return ExitCode.of(ErrorCode.INTERNAL);
    }

    private void tell(ErrorCode code, String who, String what, String cure) {
        if (json) {
            String message = cure.isBlank() ? what : new MakimaException(code, what, cure.replace('\n', ' ')).explain();
            err.println(Json.line(Json.object().put("code", code.name()).put("message", message)));
            return;
        }
        // Words of servers, daemons and repositories are in it.
        err.println(Printable.text(who + ": " + what));
        if (!cure.isBlank()) {
            err.println(Printable.text(cure));
        }
    }
}
