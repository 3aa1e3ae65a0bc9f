package dev.makima.jar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job by the script, from an empty home whose path has spaces and letters that are not ASCII. */
class MainJobIT {
    @TempDir
    private Path temp;

    private Path home;
    private HostileAgent agents;
    private TestRepository repository;

    @BeforeEach
    void prepare() throws IOException {
        home = Files.createDirectory(temp.resolve("a höme"));
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        repository = TestRepository.create(Files.createDirectory(temp.resolve("a repö")), 2);
    }

    private Program.Start start(Path agent) {
        return new Program.Start(home)
                .in(repository.directory())
                .with("MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", agent.toString());
    }

    private Path writes() {
        return agents.script(
                "writes",
                "first_line\ninit\necho hello > greeting.txt\nsays 'I wrote it.'\nresult 'done'\nuntil_end_of_input\n");
    }

    /** Processes that belong to this test: each has its home in the command line or works below it. */
    private List<String> left() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(temp.toString()))
                .toList();
    }

    @Test
    void aTaskIsMergedIntoTheBranchThatIsCheckedOut() {
        repository.branch("develop").checkout("develop");
        try (Program run = start(writes()).makima("run", "--action", "merge", "--name", "Greet", "Write a greeting")) {
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.out()).contains("merged makima/greet-", "into develop");
            assertThat(repository.content("develop", "greeting.txt")).isEqualTo("hello\n");
            assertThat(repository.files("main")).doesNotContain("greeting.txt");
            assertThat(repository.isClean()).isTrue();
        }
    }

    @Test
    void aTaskInTheCurrentRepositoryEndsAsABranch() {
        try (Program run = start(writes()).makima("run", "--name", "Greet", "Write a greeting")) {
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            String branch = repository.branches().stream()
                    .filter(name -> name.startsWith("makima/greet-"))
                    .findFirst()
                    .orElseThrow();
            assertThat(run.out())
                    .contains("I wrote it.")
                    .contains(branch)
                    .contains("git -C")
                    .doesNotContain("\u001b");
            assertThat(repository.content(branch, "greeting.txt")).isEqualTo("hello\n");
            assertThat(repository.isClean()).isTrue();
        }
        assertThat(left()).isEmpty();
        assertThat(home.resolve(".makima/instance.json")).doesNotExist();
    }

    @Test
    void aMachineWithTooLittleDiskIsSaidAtOnceAndWaitedForUntilAnInterrupt() {
        try (Program run = start(writes())
                .with("MAKIMA_DAEMON_ADMISSION_MINFREEDISKBYTES", String.valueOf(Long.MAX_VALUE))
                .makima("run", "go")) {
            run.awaitText("no daemon takes it yet: too little free disk");
            run.signal("INT");
            assertThat(run.exitCode()).isEqualTo(130);
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void aFailedTaskIsExitCodeOneWithTheReason() {
        try (Program run = start(agents.exitsAtOnce(3, "no such model")).makima("run", "go")) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).contains("exit code 3").contains("no such model");
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void jsonIsOneObjectALine() {
        try (Program run = start(writes()).makima("run", "--json", "go")) {
            assertThat(run.exitCode()).isZero();
            List<JsonObject> lines = run.out().lines().map(JsonObject::new).toList();
            assertThat(lines).isNotEmpty();
            assertThat(lines.getLast().encode()).contains("done");
        }
    }

    @Test
    void anInterruptStopsTheAgentAndSaysWhereItsWorkIs() {
        Path agent = agents.script("waits", "first_line\ninit\nsays 'waiting'\nexec sleep 600\n");
        try (Program run = start(agent).makima("run", "go")) {
            run.awaitText("waiting");
            run.signal("INT");
            assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(130);
            assertThat(run.out() + run.err())
                    .contains(home.resolve(".makima/worktrees").toString());
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void aSecondInterruptKillsAnAgentThatHeedsNothing() {
        try (Program run = start(agents.ignoresTerm()).makima("run", "go")) {
            run.awaitText("Session started");
            run.signal("INT");
            run.awaitText("stopping the task");
            run.signal("INT");
            assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(130);
        }
        Await.until(Program.PATIENCE, "the end of all processes", () -> left().isEmpty());
    }

    @Test
    void aCommandAfterAKilledOneTellsOfItsTaskAndLeavesItAlone() {
        Path agent = agents.script("waits-or-ends", """
                IFS= read -r line
                init
                case $line in *quick*) result ok; until_end_of_input; exit 0 ;; esac
                says 'waiting'
                exec sleep 600
                """);
        try (Program killed = start(agent).makima("run", "--name", "slow", "slow")) {
            killed.awaitText("waiting");
            killed.signal("KILL");
            assertThat(killed.exitCode()).isEqualTo(137);
        }
        try (Program next = start(agent).makima("run", "quick")) {
            assertThat(next.exitCode()).as(next.out() + next.err()).isZero();
            assertThat(next.err() + next.out()).contains("of an earlier command still runs");
        }
        assertThat(left()).as("the agent of the killed command").isNotEmpty();
        try (Program list = start(agent).makima("tasks", "list", "--json")) {
            assertThat(list.exitCode()).isZero();
            String id = list.out().replaceFirst("(?s).*\"id\":\"([0-9a-f-]{36})\"[^{}]*\"name\":\"slow\".*", "$1");
            try (Program stop = start(agent).makima("tasks", "stop", "--force", id)) {
                assertThat(stop.exitCode()).as(stop.out() + stop.err()).isZero();
                assertThat(stop.out()).contains("interrupted");
            }
        }
        Await.until(Program.PATIENCE, "the end of all processes", () -> left().isEmpty());
    }

    @Test
    void aMissingAgentIsNamedBeforeAnythingStarts() {
        try (Program run = start(temp.resolve("no-agent")).makima("run", "go")) {
            assertThat(run.exitCode()).isNotZero();
            assertThat(run.out() + run.err()).contains("no-agent").contains("CLAUDECOMMAND");
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void aPlanThatBeginsWithAnAtSignIsAPlan() {
        Path agent = agents.script(
                "shows", "IFS= read -r line\ninit\nprintf '%s' \"$line\" > plan.json\nresult ok\nuntil_end_of_input\n");
        try (Program run = start(agent).makima("run", "--action", "none", "@@file and --no-option")) {
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        }
        try (Stream<Path> files = Files.walk(home.resolve(".makima/worktrees"), 2)) {
            Path plan =
                    files.filter(file -> file.endsWith("plan.json")).findFirst().orElseThrow();
            assertThat(Files.readString(plan)).contains("@@file and --no-option");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theDemoShowsThreeTasksOneOfThemFailing() {
        try (Program demo =
                new Program.Start(home).with("TMPDIR", temp.toString()).makima("demo")) {
            assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
            assertThat(demo.out()).contains("failed (on purpose)").contains("branch makima/");
        }
        assertThat(left()).isEmpty();
    }
}
