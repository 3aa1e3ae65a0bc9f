package dev.makima.cli.doctor;

import dev.makima.base.MakimaException;
import dev.makima.base.SearchPath;
import dev.makima.process.GroupCommand;
import dev.makima.process.LaunchSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks other programs, for a bounded time; whatever they start ends with them. Blocking; thread-safe. */
final class Programs {
    private static final int MOST_LINES = 200;

    private Programs() {}

    /**
     * What one said.
     *
     * @param inTime false where it hung and was ended
     */
    record Answer(boolean inTime, int exitCode, List<String> lines) {
        /** Whether it ended by itself with exit code 0. */
        boolean ok() {
            return inTime && exitCode == 0;
        }

        /** All lines. */
        String text() {
            return String.join("\n", lines);
        }
    }

    /** Where a program is: a path as it is, a name on the PATH of the environment. */
    static Optional<Path> find(String command, Map<String, String> environment) {
        return command.contains("/")
                ? Optional.of(Path.of(command)).filter(SearchPath::isProgram)
                : SearchPath.find(environment.getOrDefault("PATH", ""), command, Path.of(""))
                        .map(Path::toAbsolutePath);
    }

    /** Runs it with nothing on its standard input; empty where it cannot be started. */
    static Optional<Answer> ask(List<String> command, Map<String, String> environment, Duration limit)
            throws InterruptedException {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Map<String, String> usable = environment.entrySet().stream()
                .filter(entry -> LaunchSpec.isEnvironmentName(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        try {
            GroupCommand.End end = GroupCommand.run(new LaunchSpec(command, Path.of("/"), usable), limit, line -> {
                if (lines.size() < MOST_LINES) {
                    lines.add(line);
                }
            });
            return Optional.of(new Answer(end.inTime(), end.exitCode(), List.copyOf(lines)));
        } catch (MakimaException e) {
            System.getLogger(Programs.class.getName()).log(System.Logger.Level.DEBUG, e.what());
            return Optional.empty();
        }
    }
}
