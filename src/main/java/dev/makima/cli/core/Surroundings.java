package dev.makima.cli.core;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the world around it, so that a test can give it another one.
 *
 * @param out standard output, UTF-8
 * @param err standard error, UTF-8
 * @param in standard input
 * @param environment the environment variables
 * @param directory the current directory, absolute
 * @param terminal whether standard output is a terminal that a person looks at
 * @param errTerminal the same of standard error
 */
public record Surroundings(
        PrintStream out,
        PrintStream err,
        InputStream in,
        Map<String, String> environment,
        Path directory,
        boolean terminal,
        boolean errTerminal) {

    /** One whose standard error nobody looks at. */
    public Surroundings(
            PrintStream out,
            PrintStream err,
            InputStream in,
            Map<String, String> environment,
            Path directory,
            boolean terminal) {
        this(out, err, in, environment, directory, terminal, false);
    }

    /** Those of this process. The launcher script has looked whether stdout is a terminal; without it Java looks. */
    public static Surroundings ofProcess() {
        String told = System.getProperty("makima.terminal");
        // A person who starts the jar by hand gets the same view; System.console() is slow, so it is the second choice.
        boolean terminal = told != null
                ? told.equals("yes")
                : Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        return new Surroundings(
                stream(new StandardOutput(
                        new FileOutputStream(FileDescriptor.out), () -> StandardOutput.isRead(Path.of("/dev/stdout")))),
                stream(new FileOutputStream(FileDescriptor.err)),
                new FileInputStream(FileDescriptor.in),
                System.getenv(),
                Path.of("").toAbsolutePath(),
                terminal,
                // Only the script can tell; without it nothing is shown there but what is said for good.
                "yes".equals(System.getProperty("makima.terminal.err")));
    }

    /** A variable's value, or the other one where it is unset or empty. */
    public String variable(String name, String otherwise) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** The user's own directory: $HOME where it is set, else what the account says. */
    public Path userHome() {
        return Path.of(variable("HOME", System.getProperty("user.home", "/")));
    }

    /** Where makima keeps its state: $MAKIMA_HOME, else ~/.makima. Absolute; need not exist. */
    public Path home() {
        String home = variable("MAKIMA_HOME", "");
        if (home.isEmpty()) {
            return userHome().resolve(".makima");
        }
        return directory.resolve(expand(home)).normalize();
    }

    /** The text with a leading "~" replaced by the user's directory. */
    public String expand(String path) {
        return path.equals("~") || path.startsWith("~/") ? userHome() + path.substring(1) : path;
    }

    /** The same with other variables added to or replaced in the environment. */
    public Surroundings withEnvironment(Map<String, String> changed) {
        return new Surroundings(out, err, in, Map.copyOf(changed), directory, terminal, errTerminal);
    }

    private static PrintStream stream(OutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }
}
