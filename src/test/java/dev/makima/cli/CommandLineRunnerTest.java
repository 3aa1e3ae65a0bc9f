package dev.makima.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.Commands;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Overview;
import dev.makima.testkit.FreePort;
import dev.makima.testkit.LogListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineRunnerTest {
    @TempDir
    Path directory;

    private TestSurroundings world;

    @BeforeEach
    void aFreshWorld() {
        world = new TestSurroundings(directory);
    }

    @Test
    void withoutArgumentsTheOverviewIsPrinted() {
        assertThat(world.run()).isZero();
        assertThat(world.out()).contains("Usage: makima COMMAND").contains("makima demo");
        assertThat(world.err()).isEmpty();
    }

    @Test
    void everyCommandOfTheOverviewTeachesWithExamples() {
        for (String name : Overview.names()) {
            TestSurroundings own = new TestSurroundings(directory);
            assertThat(own.run(name, "--help")).as(name).isZero();
            assertThat(own.out()).as(name).contains("Example");
            assertThat(own.err()).as(name).isEmpty();
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsNotCopied() {
        String missing = directory.resolve("missing.db").toString();
        int code = world.run(
                "server", "copy-database", missing, directory.resolve("to.db").toString());
        assertThat(code).isNotZero();
        assertThat(world.err()).contains("there is no database " + missing);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void helpNamesACommandToo() {
        assertThat(world.run("help", "run")).isZero();
        assertThat(world.out()).contains("makima run").contains("--repo");
        TestSurroundings below = new TestSurroundings(directory);
        assertThat(below.run("help", "tasks", "list")).isZero();
        assertThat(below.out()).contains("makima tasks list");
    }

    @Test
    void helpForACommandThatThereIsNotSaysSo() {
        assertThat(world.run("help", "tasks", "lst")).isEqualTo(2);
        assertThat(world.err()).contains("makima tasks: there is no command 'lst'", "Did you mean: list?");
        assertThat(world.out()).isEmpty();
    }

    @Test
    void whatIsNoNumberIsSaidInWordsOfPeople() {
        assertThat(world.run("run", "--max-cost", "x", "hi")).isEqualTo(2);
        assertThat(world.err())
                .contains("Invalid value for option '--max-cost': 'x' is not a number such as 2.50\n")
                .doesNotContain("Exception");
        TestSurroundings whole = new TestSurroundings(directory);
        assertThat(whole.run("run", "--priority", "high", "hi")).isEqualTo(2);
        assertThat(whole.err()).contains("'--priority': 'high' is not a whole number\n");
        TestSurroundings large = new TestSurroundings(directory);
        assertThat(large.run("tasks", "output", "1a2b3c4d", "--after", "99999999999999999999"))
                .isEqualTo(2);
        assertThat(large.err()).contains("'--after': '99999999999999999999' is too large\n");
    }

    @Test
    void everyNameThatMayBeTypedIsACommand() {
        for (String name : Overview.names()) {
            if (!name.equals("help")) {
                assertThat(Commands.create(name, world.make())).as(name).isNotNull();
            }
        }
    }

    @Test
    void aMistypedCommandIsAUsageErrorWithASuggestion() {
        assertThat(world.run("taks", "list")).isEqualTo(2);
        assertThat(world.err()).isEqualTo("makima: there is no command 'taks'. Did you mean: makima tasks?\n");
    }

    @Test
    void whatIsNotInThisVersionSaysSoWithItsExitCode() {
        assertThat(world.run("board")).isEqualTo(1);
        assertThat(world.err()).contains("the web board is not in this version yet", "makima events");
        assertThat(world.out()).isEmpty();
        TestSurroundings help = new TestSurroundings(directory);
        assertThat(help.run("directive", "--help")).isZero();
        assertThat(help.out()).contains("not in this version yet", "exit code 1");
    }

    @Test
    void theConfigurationIsShownWithItsSources() throws IOException {
        Path file = Files.writeString(
                directory.resolve("both.toml"),
                "[server]\nurl = \"http://127.0.0.1:1\"\napiKey = \"mk_secret\"\n[http]\nport = 4711\n");
        assertThat(world.run("config", "--config", file.toString()))
                .as(world.err())
                .isZero();
        assertThat(world.out())
                .containsPattern("http.port = 4711 +# .*both.toml")
                .containsPattern("process.maxConcurrentTasks = \\d+ +# default")
                .doesNotContain("mk_secret");
        TestSurroundings json = new TestSurroundings(directory).with("MAKIMA_HTTP_PORT", "99999");
        assertThat(json.run("config", "server", "--json")).isEqualTo(1);
        assertThat(json.out().lines()).hasSize(1);
        assertThat(json.out()).startsWith("{\"server\":{");
        assertThat(json.err().lines()).hasSize(1);
        assertThat(Json.read("the error", json.err()).path("message").asText())
                .contains("http.port")
                .contains("99999");
    }

    @Test
    void aFlagsWrongValueIsAWrongUseOfTheCommandAndAVariablesIsNot() {
        for (String port : List.of("99999", "x")) {
            TestSurroundings up = new TestSurroundings(directory);
            assertThat(up.run("up", "--port", port)).as(up.err()).isEqualTo(ExitCode.USAGE);
            assertThat(up.err()).contains("http.port in flag --port", port);
        }
        TestSurroundings both = new TestSurroundings(directory).with("MAKIMA_TASKS_LEASESECS", "never");
        assertThat(both.run("server", "--port", "99999")).isEqualTo(ExitCode.FAILURE);
    }

    @Test
    void whatIsWrongWithSeveralConfigurationsIsOneFailure() throws IOException {
        Path file = Files.writeString(
                directory.resolve("both.toml"),
                "[server]\nurl = 5\n[http]\nport = 4711\nhots = \"x\"\n[logging]\nlevel = \"loud\"\n");
        TestSurroundings text = new TestSurroundings(directory);
        assertThat(text.run("config", "--config", file.toString())).isEqualTo(1);
        assertThat(text.out()).contains("# server", "# daemon");
        assertThat(text.err())
                .startsWith("makima: the configuration has 3 problems:\n")
                .containsOnlyOnce("logging.level in ")
                .containsOnlyOnce("server.url in ")
                .containsOnlyOnce("server.apiKey is not set")
                .containsOnlyOnce("(Unknown key http.hots in ");
        TestSurroundings json = new TestSurroundings(directory);
        assertThat(json.run("config", "--json", "--config", file.toString())).isEqualTo(1);
        assertThat(Json.read("the output", json.out()).path("server").isObject())
                .isTrue();
        assertThat(json.err().lines()).hasSize(1);
        assertThat(Json.read("the error", json.err()).path("code").asText()).isEqualTo("VALIDATION");
    }

    @Test
    void whatIsOddAboutAConfigurationIsAPartOfItsJson() throws IOException {
        Path file = Files.writeString(directory.resolve("odd.toml"), "[http]\nhots = \"x\"\n");
        TestSurroundings json = new TestSurroundings(directory);
        assertThat(json.run("config", "server", "--json", "--config", file.toString()))
                .isZero();
        assertThat(json.err()).isEmpty();
        assertThat(Json.read("the output", json.out()).path("warnings").path(0).asText())
                .startsWith("Unknown key http.hots in ");
        TestSurroundings text = new TestSurroundings(directory);
        text.run("config", "server", "--config", file.toString());
        assertThat(text.err()).startsWith("makima: Unknown key http.hots in ");
    }

    @Test
    void aCommandLikeNoOtherPointsToTheOverview() {
        assertThat(world.run("frobnicate")).isEqualTo(2);
        assertThat(world.err()).contains("All commands: makima --help");
    }

    @Test
    void aSubcommandThatThereIsNotIsNamed() {
        assertThat(world.run("tasks", "mesage", "1a2b3c4d", "hello")).isEqualTo(ExitCode.USAGE);
        assertThat(world.err())
                .startsWith("makima tasks: there is no command 'mesage'\n")
                .contains("Did you mean: message")
                .contains("See: makima tasks --help");
        TestSurroundings bare = new TestSurroundings(directory);
        assertThat(bare.run("tasks")).isEqualTo(ExitCode.USAGE);
        assertThat(bare.err()).startsWith("makima: tasks needs to be told what to do\n");
    }

    @Test
    void aProgramIsToldOfAnyFailureInOneJsonObject() {
        told(
                2,
                "VALIDATION",
                "there is no command 'mesage'. Did you mean: message? See:" + " makima tasks --help",
                "tasks",
                "mesage",
                "--json");
        told(
                2,
                "VALIDATION",
                "Missing required parameter: 'TASK'. See: makima tasks show --help",
                "tasks",
                "show",
                "--json");
        told(2, "VALIDATION", "there is no command 'taks'. Did you mean: makima tasks?", "taks", "--json");
        told(2, "VALIDATION", "Unknown option: '--json'. See: makima tasks --help", "tasks", "--json");
        told(
                3,
                "NOT_FOUND",
                "there is no verticle dev.makima.Daemon. There are dev.makima.daemon.DaemonVerticle",
                "run",
                "dev.makima.Daemon",
                "--json");
        told(
                1,
                "UNAVAILABLE",
                "no makima instance runs on this machine, and no server is configured. Start one with:" + " makima up",
                "daemons",
                "login",
                "x",
                "--json");
        told(
                1,
                "UNAVAILABLE",
                "no makima instance runs on this machine, and no server is configured",
                "events",
                "--json");
        told(2, "VALIDATION", "no task is given that this is called for. Set MAKIMA_TASK_ID", "supervisor", "status");
        told(
                2,
                "VALIDATION",
                "no task is given that this is called for. Set MAKIMA_TASK_ID",
                "supervisor",
                "status",
                "--json");
        TestSurroundings plan = new TestSurroundings(directory);
        plan.run("daemons", "login", "--", "--json");
        assertThat(plan.err()).as("no option behind the two dashes").startsWith("makima: ");
    }

    private void told(int exitCode, String code, String message, String... command) {
        TestSurroundings own = new TestSurroundings(directory);
        assertThat(own.run(command)).as("%s", List.of(command)).isEqualTo(exitCode);
        assertThat(own.out()).isEmpty();
        assertThat(own.err().lines()).hasSize(1);
        JsonNode told = Json.read("the error", own.err());
        assertThat(told.path("code").asText()).isEqualTo(code);
        assertThat(told.path("message").asText()).startsWith(message);
    }

    @Test
    void whatAFailureQuotesDoesNotSteerTheTerminal() {
        TestSurroundings own = new TestSurroundings(directory);
        Failures.of(new String[0], own.make())
                .report(new MakimaException(ErrorCode.NOT_FOUND, "it said: \u001b[2Jgone\nsecond", "See \u001b]0;x"));
        assertThat(own.err()).isEqualTo("makima: it said: ␛[2Jgone\nsecond\nSee ␛]0;x\n");
    }

    @Test
    void aWordTooManyIsNamed() {
        TestSurroundings own = new TestSurroundings(directory);
        assertThat(own.run("tasks", "checkpoint", "1a2b3c4d", "before", "lunch"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(own.err())
                .isEqualTo(
                        "makima tasks checkpoint: nothing is expected at 'lunch'; a text of several words has to be in"
                                + " quotes\nSee: makima tasks checkpoint --help\n");
    }

    @Test
    void theNearestSubcommandIsSuggestedFirst() {
        for (String typed : new String[] {"lst", "ls", "lsit"}) {
            TestSurroundings own = new TestSurroundings(directory);
            assertThat(own.run("tasks", typed)).isEqualTo(ExitCode.USAGE);
            assertThat(own.err()).as(typed).contains("Did you mean: list?");
        }
        TestSurroundings several = new TestSurroundings(directory);
        several.run("tasks", "sart");
        assertThat(several.err()).containsPattern("Did you mean: start[,?]");
        TestSurroundings none = new TestSurroundings(directory);
        none.run("tasks", "frobnicate");
        assertThat(none.err()).doesNotContain("Did you mean");
    }

    @Test
    void aMisspeltVerticleIsSaidToBeNone() {
        assertThat(world.run("run", "dev.makima.daemon.DaemonVertcle", "--conf", "x.toml"))
                .isEqualTo(ExitCode.NOT_FOUND);
        assertThat(world.err())
                .startsWith("makima: there is no verticle dev.makima.daemon.DaemonVertcle\n")
                .contains("dev.makima.daemon.DaemonVerticle");
    }

    @Test
    void theDaemonOfUpIsShownWithTheServerBesideIt() {
        world.with("MAKIMA_HTTP_PORT", "4711");
        assertThat(world.run("up", "--print-config")).as(world.err()).isZero();
        assertThat(world.out()).containsPattern("port = 4711").contains("http://127.0.0.1:4711");
    }

    @Test
    void theConfigurationAskedForIsNotAdvisedAgain() {
        assertThat(world.run("daemon", "--print-config")).isEqualTo(ExitCode.FAILURE);
        assertThat(world.out()).contains("process.claudeCommand");
        assertThat(world.err()).contains("server.url is not set").doesNotContain("--print-config");
    }

    @Test
    void aMistypedOptionIsAUsageErrorWithASuggestion() {
        assertThat(world.run("run", "--repp", "x", "do it")).isEqualTo(2);
        assertThat(world.err())
                .contains("--rep")
                .contains("See: makima run --help")
                .doesNotContain("\tat ");
    }

    @Test
    void aWrongValueNamesTheOption() {
        assertThat(world.run("run", "--timeout", "soon", "do it")).isEqualTo(2);
        assertThat(world.err()).contains("--timeout").contains("soon");
        TestSurroundings other = new TestSurroundings(directory);
        assertThat(other.run("run", "--action", "explode", "do it")).isEqualTo(2);
        assertThat(other.err()).contains("none, branch, merge, pr");
    }

    @Test
    void whatTheWorkGoesIntoNeedsAnActionThatMerges() {
        assertThat(world.run("run", "--into", "main", "do it")).isEqualTo(2);
        assertThat(world.err()).contains("--action branch merges nothing");
        TestSurroundings other = new TestSurroundings(directory);
        assertThat(other.run("run", "--action", "merge", "--repo", "new://", "do it"))
                .isEqualTo(2);
        assertThat(other.err()).contains("nothing to merge into");
    }

    @Test
    void aPlanIsNeeded() {
        assertThat(world.run("run")).isEqualTo(2);
        assertThat(world.err()).contains("no plan given").contains("in quotes, such as \"Add a test");
    }

    @Test
    void aPlanIsGivenOnce() throws IOException {
        Path plan = Files.writeString(directory.resolve("plan.md"), "do it");
        assertThat(world.run("run", "--file", plan.toString(), "do", "that")).isEqualTo(2);
        assertThat(world.err()).contains("given twice");
    }

    @Test
    void aMissingPlanFileIsNotFound() {
        assertThat(world.run("run", "--file", "nowhere.md")).isEqualTo(3);
        assertThat(world.err()).contains("nowhere.md");
    }

    @Test
    void outsideARepositoryTheCureNamesTheThreeWays() {
        assertThat(world.run("run", "do it")).isEqualTo(2);
        assertThat(world.err())
                .contains("no git repository here")
                .contains("--repo DIR")
                .contains("--repo URL")
                .contains("--repo new://");
    }

    @Test
    void aBrokenConfigurationIsAFailureAndNoWrongUsageWhateverReadsIt() throws Exception {
        Path file = java.nio.file.Files.writeString(
                directory.resolve("broken.toml"), "[process]\nmaxConcurrentTasks = \"many\"\n");
        assertThat(world.run("run", "--repo", "new://", "--config", file.toString(), "do it"))
                .isEqualTo(1);
        assertThat(world.err()).contains("maxConcurrentTasks", file.toString());
        TestSurroundings other = new TestSurroundings(directory);
        assertThat(other.run("daemon", "--config", file.toString())).isEqualTo(1);
        assertThat(other.err()).contains("maxConcurrentTasks", file.toString());
    }

    @Test
    void aDirectoryThatIsNoneIsNotFound() {
        assertThat(world.run("run", "--repo", "nowhere", "do it")).isEqualTo(3);
        assertThat(world.err()).contains("no such directory: " + directory.resolve("nowhere"));
    }

    @Test
    void aUrlThatGitCouldRunProgramsByIsRefused() {
        assertThat(world.run("run", "--repo", "ext::sh -c evil", "do it")).isEqualTo(3);
        TestSurroundings other = new TestSurroundings(directory);
        assertThat(other.run("run", "--repo", "ftp://example.org/x", "do it")).isEqualTo(2);
        assertThat(other.err()).contains("not a repository URL");
    }

    @Test
    void aMissingAgentIsSaidBeforeAnythingStarts() {
        world.with("MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", "no-such-agent-anywhere");
        assertThat(world.run("run", "--repo", "new://", "do it")).isEqualTo(1);
        assertThat(world.err())
                .contains("the agent 'no-such-agent-anywhere' is not installed")
                .contains("makima demo");
        assertThat(directory.resolve("home/instance.json")).doesNotExist();
    }

    @Test
    void anAgentThatIsNoProgramIsSaidToBeThere() throws Exception {
        Path file = java.nio.file.Files.writeString(directory.resolve("agent"), "#!/bin/sh\n");
        world.with("MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", file.toString());
        assertThat(world.run("run", "--repo", "new://", "do it")).isEqualTo(1);
        assertThat(world.err()).contains("the agent '" + file + "' is there, but is not executable", "chmod +x");
    }

    @Test
    void anUnknownKeyOfTheDaemonIsWarnedOfWhereTheDaemonIsEmbedded() throws Exception {
        try (LogListener log = LogListener.to("dev.makima.cli.local.Setup")) {
            Path file = java.nio.file.Files.writeString(
                    directory.resolve("odd.toml"),
                    "[process]\nmaxConcurentTasks = 3\nclaudeCommand = \"no-such-agent-anywhere\"\n");
            assertThat(world.run("run", "--repo", "new://", "--config", file.toString(), "do it"))
                    .isEqualTo(1);
            assertThat(log.messages())
                    .anyMatch(line -> line.contains("maxConcurentTasks") && line.contains("maxConcurrentTasks"));
        }
    }

    @Test
    void aServerThatNeedsAKeyAndGetsNoneIsUnauthorised() {
        assertThat(world.run("tasks", "list", "--api-url", "http://127.0.0.1:9"))
                .isEqualTo(4);
        assertThat(world.err()).contains("needs a key").contains("MAKIMA_API_KEY");
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws IOException {
        int port = FreePort.next();
        world.with("MAKIMA_API_KEY", "mk_x").with("MAKIMA_API_URL", "http://127.0.0.1:" + port);
        assertThat(world.run("tasks", "list")).isEqualTo(1);
        assertThat(world.err())
                .contains("no makima server answers at http://127.0.0.1:" + port)
                .contains("makima up");
    }

    @Test
    void startingNeedsAnInstanceThatRuns() {
        assertThat(world.run("tasks", "start", "1a2b3c4d")).isEqualTo(1);
        assertThat(world.err()).contains("no makima instance runs").contains("makima up");
    }

    @Test
    void withDebugTheStackIsShown() {
        assertThat(world.run("tasks", "start", "1a2b3c4d", "--debug")).isEqualTo(1);
        assertThat(world.err()).contains("\tat dev.makima");
        TestSurroundings other = new TestSurroundings(directory).with("MAKIMA_DEBUG", "1");
        other.run("tasks", "stop", "1a2b3c4d");
        assertThat(other.err()).contains("\tat dev.makima");
    }

    @Test
    void everyKindOfFailureHasItsExitCode() {
        assertThat(ExitCode.of(ErrorCode.VALIDATION)).isEqualTo(2);
        assertThat(ExitCode.of(ErrorCode.NOT_FOUND)).isEqualTo(3);
        assertThat(ExitCode.of(ErrorCode.UNAUTHORIZED)).isEqualTo(4);
        assertThat(ExitCode.of(ErrorCode.TIMEOUT)).isEqualTo(5);
        assertThat(ExitCode.of(ErrorCode.UNAVAILABLE)).isEqualTo(1);
        assertThat(ExitCode.of(ErrorCode.INTERNAL)).isEqualTo(1);
    }

    @Test
    void aFailureIsWhatAndThenTheCure() {
        int code = Failures.of(new String[0], world.make())
                .report(new MakimaException(ErrorCode.NOT_FOUND, "there is no x", "Make one"));
        assertThat(code).isEqualTo(3);
        assertThat(world.err()).isEqualTo("makima: there is no x\nMake one\n");
    }
}
