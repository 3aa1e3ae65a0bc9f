package dev.makima.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.cli.TestSurroundings;
import dev.makima.cli.command.Commands;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import picocli.CommandLine;

class RolesTest {
    /** A whole line, or what stands between backticks. */
    private static final Pattern COMMAND = Pattern.compile("(?m)^ *(makima [a-z].*)$|`(makima [a-z][^`]*)`");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    /** Every {@code makima} command line in the text, in words, without where its input comes from. */
    private static List<List<String>> commands(String text) {
        List<List<String>> commands = new ArrayList<>();
        Matcher matcher = COMMAND.matcher(text);
        while (matcher.find()) {
            String line = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            commands.add(words(line.replaceFirst(" < \\S+$", "")));
        }
        return commands;
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(Stream.of(matcher.group(1), matcher.group(2), matcher.group(3))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow());
        }
        return words;
    }

    private static CommandLine group(String name) {
        return Objects.requireNonNull(Commands.create(name, new TestSurroundings(Path.of("/nowhere")).make()), name);
    }

    private static void parse(List<String> command) {
        CommandLine line = group(command.get(1));
        CommandLine.ParseResult parsed =
                line.parseArgs(command.subList(2, command.size()).toArray(String[]::new));
        assertThat(parsed.hasSubcommand()).as("a command is named").isTrue();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void everyCommandThatATextQuotesIsOneThatThisVersionUnderstands(Role role) {
        for (List<String> command : commands(Roles.text(role, true))) {
            assertThatCode(() -> parse(command)).as(String.join(" ", command)).doesNotThrowAnyException();
        }
    }

    @Test
    void aCommandThatIsNoneWouldBeNoticed() {
        assertThat(commands("x\n    makima supervisor merge ID --onto main\nand `makima contract report \"a b\"`."))
                .containsExactly(
                        List.of("makima", "supervisor", "merge", "ID", "--onto", "main"),
                        List.of("makima", "contract", "report", "a b"));
        assertThatThrownBy(() -> parse(List.of("makima", "supervisor", "merge", "ID", "--onto", "main")))
                .hasMessageContaining("--onto");
        assertThatThrownBy(() -> parse(List.of("makima", "supervisor", "marge", "ID")))
                .hasMessageContaining("marge");
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, names = "DIRECTIVE_TASK", mode = Mode.EXCLUDE)
    void aTextTeachesEveryCommandOfItsGroup(Role role) {
        String group = switch (role) {
            case TASK -> "";
            case ORCHESTRATOR -> "orchestrator";
            case SUPERVISOR -> "supervisor";
            case CONTRACT_MEMBER -> "contract";
            case DIRECTIVE_PLANNER, DIRECTIVE_TASK -> "directive";
        };
        Set<String> taught = new HashSet<>();
        commands(Roles.text(role, false)).forEach(command -> {
            assertThat(command.get(1)).isEqualTo(group);
            taught.add(command.get(2));
        });
        if (!role.callsMakima()) {
            assertThat(taught).isEmpty();
            return;
        }
        Set<String> all = new HashSet<>(group(group).getSubcommands().keySet());
        if (role == Role.DIRECTIVE_PLANNER) {
            // The last task of a directive stores the pull request.
            all.remove("update");
        }
        assertThat(taught).isEqualTo(all);
    }

    @Test
    void theNarrowerRoleWins() {
        assertThat(Roles.of(false, false, false, false, "Plan: x")).isEqualTo(Role.TASK);
        assertThat(Roles.of(true, true, true, true, "Plan: x")).isEqualTo(Role.SUPERVISOR);
        assertThat(Roles.of(false, true, true, true, "Plan: x")).isEqualTo(Role.ORCHESTRATOR);
        assertThat(Roles.of(false, false, true, false, "x")).isEqualTo(Role.CONTRACT_MEMBER);
        assertThat(Roles.of(false, false, false, true, "Plan: x")).isEqualTo(Role.DIRECTIVE_PLANNER);
        assertThat(Roles.of(false, false, false, true, "Re-plan: x")).isEqualTo(Role.DIRECTIVE_PLANNER);
        assertThat(Roles.of(false, false, false, true, "My Plan: x")).isEqualTo(Role.DIRECTIVE_TASK);
        assertThat(Roles.of(false, false, false, true, "PR: x")).isEqualTo(Role.DIRECTIVE_TASK);
    }

    @Test
    void onlyAnAgentInALoopIsToldOfTheGateAndASupervisorIsInNone() {
        for (Role role : Role.values()) {
            assertThat(Roles.text(role, false)).as("%s", role).doesNotContain("COMPLETION_GATE");
            assertThat(Roles.text(role, true).contains("<COMPLETION_GATE>\n"))
                    .as("%s", role)
                    .isEqualTo(role != Role.SUPERVISOR);
        }
    }

    @Test
    void theGateThatIsShownAsAnExampleIsWholeAndNotReady() {
        List<String> gate = Roles.completionGate()
                .lines()
                .dropWhile(line -> !line.equals("<COMPLETION_GATE>"))
                .takeWhile(line -> !line.equals("</COMPLETION_GATE>"))
                .toList();
        assertThat(gate).hasSize(5).element(1).isEqualTo("ready: false");
        assertThat(gate.subList(1, 5).stream().map(line -> line.substring(0, line.indexOf(':'))))
                .containsExactly("ready", "reason", "progress", "blockers");
    }

    @Test
    void theSupervisorsTextHasEveryRule() {
        assertThat(Roles.text(Role.SUPERVISOR, false))
                .contains(
                        "never write\ncode",
                        "Only you may spawn tasks",
                        "begins with\n`makima/`",
                        "ALWAYS wait",
                        "ask before you open the pull request",
                        "without being told to",
                        "[ACTION REQUIRED]",
                        "makima supervisor complete");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aTextIsShortEnoughToBePaidForInEveryConversation(Role role) {
        assertThat(Roles.text(role, true).length()).isBetween(500, 9_000);
        assertThat(Arrays.stream(Roles.text(role, true).split("\n")).filter(line -> line.endsWith(" ")))
                .isEmpty();
    }
}
