package dev.makima.daemon.project;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import dev.makima.config.ProjectFile;
import dev.makima.process.GroupCommand;
import dev.makima.process.LaunchSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Runs the commands of a project file one after the other, until one fails or the time is up. */
final class CommandSteps {
    /** What a command says is told up to here, its first lines; the rest is counted. */
    private static final int LINES_TOLD = 200;

    private static final int LAST_LINES = 15;
    private static final int REASON_MAX = 1500;

    private final String what;
    private final Consumer<String> say;

    /**
     * Steps that tell what they do.
     *
     * @param what the word that each line begins with
     */
    CommandSteps(String what, Consumer<String> say) {
        this.what = what;
        this.say = say;
    }

    /**
     * Runs them.
     *
     * @throws MakimaException COMMAND_FAILED or TIMEOUT
     */
    void run(ProjectFile.Commands commands, Path directory, Map<String, String> environment)
            throws InterruptedException {
        // Elapsed time, of which a clock that is set knows nothing.
        long deadline = System.nanoTime() + commands.timeout().toNanos();
        for (List<String> command : commands.run()) {
            String shown = Text.abbreviate(String.join(" ", command), 200);
            say.accept(what + ": " + shown);
            Output output = new Output();
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            GroupCommand.End end =
                    GroupCommand.run(new LaunchSpec(command, directory, environment), left, output::line);
            output.tellRest();
            if (!end.inTime()) {
                throw new MakimaException(
                        ErrorCode.TIMEOUT,
                        what.toLowerCase(Locale.ROOT) + " did not end within "
                                + commands.timeout().toSeconds() + " s and was stopped at: " + shown + output.last(),
                        "Make it faster, or raise timeoutSecs in " + ProjectFile.PATH);
            }
            if (end.exitCode() != 0) {
                throw new MakimaException(
                        ErrorCode.COMMAND_FAILED,
                        what.toLowerCase(Locale.ROOT) + " failed with exit code " + end.exitCode() + ": " + shown
                                + output.last(),
                        end.exitCode() == 127
                                ? "It was not found: check the PATH that agents get, or install it"
                                : "Run it by hand in a fresh checkout, and correct " + ProjectFile.PATH);
            }
        }
    }

    /** What a command says: told as it comes, up to a bound, and its end kept. On one thread, then on the caller's. */
    private final class Output {
        private final Deque<String> last = new ArrayDeque<>();
        private int lines;

        synchronized void line(String text) {
            lines++;
            if (lines <= LINES_TOLD) {
                say.accept("  " + text);
            }
            last.addLast(text);
            if (last.size() > LAST_LINES) {
                last.removeFirst();
            }
        }

        synchronized void tellRest() {
            if (lines > LINES_TOLD) {
                say.accept("  … " + (lines - LINES_TOLD) + " more lines");
            }
        }

        synchronized String last() {
            String all = String.join(" / ", last);
            return all.isBlank() ? "" : "; it said: … " + all.substring(Math.max(0, all.length() - REASON_MAX));
        }
    }
}
