package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What to start.
 *
 * @param command the program, with a path or to be found on the PATH of the environment below, and its arguments
 * @param workingDirectory where it starts: absolute
 * @param environment exactly what it finds in its environment, but for the run's cookie; names as {@link
 *     #isEnvironmentName} wants them
 */
public record LaunchSpec(List<String> command, Path workingDirectory, Map<String, String> environment) {
    /** The environment variable that marks every process of a run; its value is the run's id. */
    static final String COOKIE = "MAKIMA_RUN";

    /** What shells keep for themselves, whatever they find there. */
    private static final Set<String> SHELLS_OWN = Set.of("IFS", "LINENO", "OPTIND", "PPID");

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /**
     * Copies and checks.
     *
     * @throws MakimaException VALIDATION for what no process can be started with
     */
    public LaunchSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw invalid("there is no program to start", "Name the agent's program");
        }
        if (!workingDirectory.isAbsolute()) {
            throw invalid("not an absolute directory: " + workingDirectory, "Give the directory's whole path");
        }
        command.forEach(argument -> check("an argument of the agent", argument));
        environment.forEach((name, value) -> {
            if (!isEnvironmentName(name)) {
                throw invalid(
                        "not a name for an environment variable: " + Text.abbreviate(name, 60), "Leave that one out");
            }
            check("the environment variable " + name, value);
        });
    }

    /**
     * Whether a variable of this name can be handed on to the agent at all: letters, digits and underscores, since a
     * POSIX shell hands no other on, and nothing that shells set themselves.
     */
    public static boolean isEnvironmentName(String name) {
        return NAME.matcher(name).matches() && !SHELLS_OWN.contains(name);
    }

    /** Program and directory only: arguments and environment may hold secrets. */
    @Override
    public String toString() {
        return "LaunchSpec[" + command.getFirst() + " in " + workingDirectory + "]";
    }

    private static void check(String what, String value) {
        if (value.indexOf('\0') >= 0) {
            throw invalid(what + " holds a NUL character", "Take it out");
        }
        // Java would put question marks in its place, in silence.
        CharsetEncoder encoder =
                Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")).newEncoder();
        if (!encoder.canEncode(value)) {
            throw invalid(
                    what + " holds characters that this process's locale (" + encoder.charset() + ") cannot express",
                    "Start the daemon with LC_ALL=C.UTF-8");
        }
    }

    private static MakimaException invalid(String what, String cure) {
        return new MakimaException(ErrorCode.VALIDATION, what, cure);
    }
}
