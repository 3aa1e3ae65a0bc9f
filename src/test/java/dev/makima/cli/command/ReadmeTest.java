package dev.makima.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.makima.cli.ShellWords;
import dev.makima.cli.TestSurroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What README.md says can be typed is understood. */
class ReadmeTest {
    private static final Pattern QUOTED = Pattern.compile("`(makima [^`]+)`");
    /** A line of code, with the assignments and the path that may stand before the command's name. */
    private static final Pattern LINE = Pattern.compile("(?m)^    .*?\\b(makima [a-z].*)$");

    @TempDir
    private Path directory;

    @Test
    void everyCommandIsUnderstood() throws IOException {
        String text = Files.readString(Path.of("README.md")).replace("\\\n", " ");
        List<String> calls = Stream.of(LINE, QUOTED)
                .flatMap(pattern -> pattern.matcher(text).results())
                .map((MatchResult found) -> found.group(1))
                .toList();
        assertThat(calls).hasSizeGreaterThan(30);
        for (String call : calls) {
            List<String> words =
                    ShellWords.ofCall(call.replace("bash|zsh|fish", "bash").replace('\n', ' '));
            if (!words.getFirst().equals("--help")) {
                assertThatCode(() -> root(words.getFirst()).parseArgs(words.toArray(String[]::new)))
                        .as(call)
                        .doesNotThrowAnyException();
            }
        }
    }

    private CommandLine root(String name) {
        CommandLine line = Objects.requireNonNull(Commands.create(name, new TestSurroundings(directory).make()), name);
        return new CommandLine(CommandSpec.create().name("makima")).addSubcommand(name, line);
    }
}
