package dev.makima.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.makima.cli.ShellWords;
import dev.makima.cli.TestSurroundings;
import dev.makima.cli.core.Overview;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What every command's help has in common: it teaches, and what it teaches is right. */
class HelpTest {
    private static final Set<String> WITHOUT_HELP = Set.of("help");

    @TempDir
    private Path directory;

    /** Every command and every command below one, each by the words that it is called with. */
    private List<CommandLine> everything() {
        List<CommandLine> all = new ArrayList<>();
        for (String name : Overview.names()) {
            if (!WITHOUT_HELP.contains(name)) {
                CommandLine line = below(root(name), name);
                all.add(line);
                all.addAll(line.getSubcommands().values());
            }
        }
        return all;
    }

    private static CommandLine below(CommandLine line, String name) {
        return Objects.requireNonNull(line.getSubcommands().get(name), name);
    }

    private CommandLine made(String name, String meant) {
        return Objects.requireNonNull(Commands.create(name, meant, new TestSurroundings(directory).make()), name);
    }

    private CommandLine root(String name) {
        CommandLine line = Objects.requireNonNull(Commands.create(name, new TestSurroundings(directory).make()), name);
        CommandLine root = new CommandLine(CommandSpec.create().name("makima")).addSubcommand(name, line);
        root.setExpandAtFiles(false);
        return root;
    }

    private static List<String> examples(CommandSpec spec) {
        return Arrays.stream(spec.usageMessage().footer())
                .filter(line -> line.startsWith("  "))
                .filter(line -> line.matches(".*(^|[\\s(])makima .*"))
                .toList();
    }

    @Test
    void everyCommandSaysWhatItIsForAndShowsHowItIsCalled() {
        List<CommandLine> all = everything();
        assertThat(all).hasSizeGreaterThan(100);
        for (CommandLine line : all) {
            CommandSpec spec = line.getCommandSpec();
            String name = spec.qualifiedName();
            assertThat(String.join(" ", spec.usageMessage().description()))
                    .as(name)
                    .hasSizeGreaterThan(10);
            assertThat(examples(spec)).as("examples of " + name).isNotEmpty();
            if (line.getSubcommands().isEmpty()) {
                assertThat(examples(spec)).as(name).anyMatch(example -> example.contains(name));
            }
            for (ArgSpec argument : spec.args()) {
                assertThat(String.join("", argument.description()))
                        .as("%s %s", name, argument)
                        .isNotBlank();
            }
        }
    }

    @Test
    void everyExampleIsUnderstood() {
        for (CommandLine line : everything()) {
            for (String example : examples(line.getCommandSpec())) {
                List<String> words = ShellWords.ofCall(example);
                if (VerticleRun.isMeant(words.toArray(String[]::new))) {
                    continue;
                }
                assertThatCode(() -> root(words.getFirst()).parseArgs(words.toArray(String[]::new)))
                        .as(example)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void theExamplesOfTheOverviewAreUnderstoodToo() {
        TestSurroundings world = new TestSurroundings(directory);
        assertThat(world.run()).isZero();
        List<String> examples =
                world.out().lines().filter(line -> line.startsWith("  makima ")).toList();
        assertThat(examples).isNotEmpty();
        for (String example : examples) {
            List<String> words = ShellWords.ofCall(example);
            assertThatCode(() -> root(words.getFirst()).parseArgs(words.toArray(String[]::new)))
                    .as(example)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void theHelpOfEveryCommandFitsATerminal() {
        for (CommandLine line : everything()) {
            for (String printed : line.setUsageHelpWidth(100)
                    .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                    .getUsageMessage()
                    .split("\n")) {
                assertThat(printed.length()).as(printed).isLessThanOrEqualTo(130);
            }
        }
    }

    @Test
    void noLineIsBrokenThatTheNextOneGoesOnWith() {
        for (CommandLine line : everything()) {
            UsageMessageSpec usage = line.getCommandSpec().usageMessage();
            assertThat(Stream.concat(Arrays.stream(usage.description()), Arrays.stream(usage.footer())))
                    .as(line.getCommandSpec().qualifiedName())
                    .filteredOn(text -> text.length() > 100)
                    .allMatch(text -> text.endsWith(".") && !text.startsWith("  "));
        }
    }

    @Test
    void theCommandThatIsMeantIsTheOnlyOneOfItsGroupThatIsMade() {
        for (String name : Overview.names()) {
            CommandLine whole = Commands.create(name, new TestSurroundings(directory).make());
            if (whole == null || whole.getSubcommands().size() < 2) {
                continue;
            }
            for (String below : whole.getSubcommands().keySet()) {
                CommandLine one = made(name, below);
                assertThat(one.getSubcommands().keySet()).containsExactly(below);
                assertThat(below(one, below).getCommandSpec().name()).isEqualTo(below);
            }
            assertThat(made(name, "no-such").getSubcommands().keySet())
                    .as("all, so that a slip of the pen finds its neighbour")
                    .isEqualTo(whole.getSubcommands().keySet());
        }
    }
}
