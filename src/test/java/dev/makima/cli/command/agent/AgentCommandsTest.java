package dev.makima.cli.command.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.TestSurroundings;
import dev.makima.cli.command.Commands;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that agents call: what they take, and what they say to what is wrong. */
class AgentCommandsTest {
    private static final Map<String, List<String>> GROUPS = Map.of(
            "supervisor", SupervisorCommands.NAMES,
            "orchestrator", OrchestratorCommands.NAMES,
            "contract", ContractCommands.NAMES,
            "directive", DirectiveCommands.NAMES);

    /** Right in all they are given, and not built in the server. */
    private static final List<List<String>> NOT_YET = List.of(
            List.of("directive", "status"),
            List.of("directive", "steps"),
            List.of("directive", "add-step", "n", "--description", "d", "--task-plan", "p", "--order", "0"),
            List.of("directive", "batch-add-steps", "--json", "[{\"name\":\"n\",\"taskPlan\":\"p\"}]"),
            List.of("directive", "update", "--pr-url", "https://github.com/o/r/pull/1"));

    /** Right in all they are given, for a server that is not there. */
    private static final List<List<String>> OF_CONTRACTS = List.of(
            List.of("orchestrator", "done"),
            List.of("orchestrator", "done", "all of it"),
            List.of("supervisor", "status"),
            List.of("supervisor", "tree"),
            List.of("supervisor", "advance-phase", "execute"),
            List.of("supervisor", "ask", "Go on?", "--choices", "a,b", "--context", "c", "--timeout", "1"),
            List.of("supervisor", "complete"),
            List.of("contract", "status"),
            List.of("contract", "checklist"),
            List.of("contract", "files"),
            List.of("contract", "file", "550e8400-e29b-41d4-a716-446655440000"),
            List.of("contract", "report", "half of it"),
            List.of("contract", "create-file", "Research"),
            List.of("contract", "update-file", "550e8400-e29b-41d4-a716-446655440000"),
            List.of("contract", "suggest-action"),
            List.of("contract", "completion-action", "--files", "a,b/c", "--code"));

    @TempDir
    private Path directory;

    private TestSurroundings agents() {
        return new TestSurroundings(directory)
                .with("MAKIMA_TASK_ID", UUID.randomUUID().toString())
                .with("MAKIMA_CONTRACT_ID", UUID.randomUUID().toString())
                .with("MAKIMA_DIRECTIVE_ID", UUID.randomUUID().toString())
                .input("some text");
    }

    @Test
    void everyCommandTeachesWithAnExample() {
        GROUPS.forEach((group, names) -> names.forEach(name -> {
            TestSurroundings world = new TestSurroundings(directory);
            assertThat(world.run(group, name, "--help"))
                    .as("%s %s", group, name)
                    .isZero();
            assertThat(world.out())
                    .contains("Usage: makima " + group + " " + name)
                    .contains("Example", "  makima " + group + " " + name)
                    .contains("--self-task-id");
            assertThat(world.err()).isEmpty();
        }));
    }

    @Test
    void theHelpOfAGroupListsItsCommandsInTheirOrder() {
        GROUPS.forEach((group, names) -> {
            TestSurroundings world = new TestSurroundings(directory);
            assertThat(world.run(group, "--help")).isZero();
            assertThat(world.out())
                    .containsSubsequence(
                            names.stream().map(name -> "\n  " + name + " ").toList());
            assertThat(Commands.create(group, world.make()))
                    .isNotNull()
                    .satisfies(
                            line -> assertThat(line.getSubcommands().keySet()).containsExactlyElementsOf(names));
        });
    }

    @Test
    void whatTheServerCannotDoYetIsSaidOnceTheInputIsRight() {
        for (List<String> command : NOT_YET) {
            TestSurroundings world = agents();
            assertThat(world.run(command.toArray(String[]::new)))
                    .as("%s", command)
                    .isEqualTo(1);
            assertThat(world.err())
                    .contains("the server of this version cannot do that yet: makima " + command.get(0) + " "
                            + command.get(1));
            assertThat(world.out()).isEmpty();
        }
    }

    @Test
    void whatIsAskedOfAServerThatIsNotThereFails() {
        for (List<String> command : OF_CONTRACTS) {
            TestSurroundings world =
                    agents().with("MAKIMA_API_URL", "http://127.0.0.1:1").with("MAKIMA_API_KEY", "mk_x");
            assertThat(world.run(command.toArray(String[]::new)))
                    .as("%s", command)
                    .isEqualTo(1);
            assertThat(world.err()).as("%s", command).contains("no makima server answers at http://127.0.0.1:1");
            assertThat(world.out()).isEmpty();
        }
    }

    @Test
    void withoutATaskAContractOrADirectiveItIsAUsageError() {
        for (List<String> command :
                Stream.concat(NOT_YET.stream(), OF_CONTRACTS.stream()).toList()) {
            TestSurroundings world = new TestSurroundings(directory).input("some text");
            assertThat(world.run(command.toArray(String[]::new)))
                    .as("%s", command)
                    .isEqualTo(2);
            assertThat(world.err()).contains("Set MAKIMA_").contains("or give --");
        }
        TestSurroundings world = new TestSurroundings(directory);
        assertThat(world.run("orchestrator", "list")).isEqualTo(2);
        assertThat(world.err()).contains("MAKIMA_TASK_ID", "--self-task-id");
    }

    @Test
    void flagsDoInTheVariablesPlace() {
        String id = UUID.randomUUID().toString();
        TestSurroundings world = new TestSurroundings(directory);
        assertThat(world.run("directive", "status", "--directive-id", id)).isEqualTo(1);
        assertThat(world.err()).contains("cannot do that yet");
        TestSurroundings wrong = agents();
        assertThat(wrong.run("contract", "status", "--contract-id", "1-1-1-1-1"))
                .isEqualTo(2);
        assertThat(wrong.err()).contains("not a valid contract: 1-1-1-1-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "supervisor",
                "supervisor no-such",
                "supervisor task",
                "supervisor task no-id",
                "supervisor task 1a2b3c4d too-much",
                "supervisor wait 1a2b3c4d soon",
                "supervisor wait 1a2b3c4d 0",
                "supervisor read-file 1a2b3c4d ../../etc/passwd",
                "supervisor read-file 1a2b3c4d /etc/passwd",
                "supervisor branch a..b",
                "supervisor branch makima/x --from -f",
                "supervisor merge 1a2b3c4d --to HEAD~1",
                "supervisor pr makima/x",
                "supervisor advance-phase lunch",
                "supervisor ask",
                "supervisor ask what --timeout 0",
                "supervisor spawn name",
                "supervisor spawn name plan --files ../secret",
                "supervisor spawn name plan --files /etc/passwd",
                "orchestrator create name plan --continue-from zz",
                "orchestrator status xyz",
                "contract file 1a2b",
                "contract completion-action --files /etc/passwd",
                "directive add-step name --description d",
                "directive add-step name --description d --task-plan p --depends-on 1,2",
                "directive add-step name --description d --task-plan p --order -1",
                "directive batch-add-steps --json {}",
                "directive batch-add-steps --json []",
                "directive batch-add-steps --json [{\"name\":\"n\"}]",
                "directive batch-add-steps --json [nonsense",
                "directive update --pr-url file:///etc/passwd",
                "directive update --pr-url nonsense"
            })
    void whatIsWrongIsAUsageErrorBeforeAnythingIsAsked(String line) {
        TestSurroundings world = agents();
        assertThat(world.run(line.split(" "))).isEqualTo(2);
        assertThat(world.err()).isNotEmpty().doesNotContain("\tat ");
        assertThat(world.out()).isEmpty();
    }

    @Test
    void anEmptyTextAndAnEmptyInputAreUsageErrors() {
        TestSurroundings text = agents();
        assertThat(text.run("contract", "report", " ")).isEqualTo(2);
        assertThat(text.err()).contains("MESSAGE is empty");
        TestSurroundings input = agents().input(" \n");
        assertThat(input.run("contract", "create-file", "Research")).isEqualTo(2);
        assertThat(input.err()).contains("standard input");
    }

    @Test
    void withoutAServerTheCureIsNamed() {
        TestSurroundings world = agents();
        assertThat(world.run("orchestrator", "list")).isEqualTo(1);
        assertThat(world.err()).contains("MAKIMA_API_URL");
    }
}
