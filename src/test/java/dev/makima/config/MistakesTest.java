package dev.makima.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said about mistakes: all of them together, each with its place and its cure, and never a secret. */
class MistakesTest {
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    private Path root;

    private Bench bench;

    @BeforeEach
    void makeBench() throws IOException {
        bench = new Bench(root, VERTX);
    }

    @AfterAll
    static void closeVertx() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aMissingKeyIsToldWithEveryWayToSetIt() {
        ConfigException refused = bench.refused();

        assertThat(refused.problems()).extracting(Problem::key).containsExactly("server.url", "server.apiKey");
        assertThat(refused.explain())
                .contains("2 problems")
                .contains("server.url is not set")
                .contains("--server-url")
                .contains("MAKIMA_DAEMON_SERVER_URL")
                .contains("url = \"https://makima.example.com\" under [server] in "
                        + bench.home.resolve(".config/makima-daemon/config.toml"))
                .contains("server.apiKey is not set")
                .contains("--api-key")
                .contains("MAKIMA_API_KEY or MAKIMA_DAEMON_SERVER_APIKEY")
                .endsWith("'makima daemon --print-config' shows every value and where it comes from");
    }

    @Test
    void aMissingKeyIsToldTogetherWithTheOneThatIsWrittenWrongly() {
        bench.explicit("mine.toml", "[server]\nulr = 'http://h'\n");
        assertThat(bench.refused().explain())
                .contains("server.url is not set")
                .contains("(Unknown key server.ulr in file ")
                .contains("the nearest known one is server.url)");
    }

    @Test
    void theFileToChangeIsTheOneThatIsThere() {
        Path file = bench.file(bench.work.resolve("makima-daemon.toml"), "");
        assertThat(bench.refused().explain()).contains("under [server] in " + file);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[process]\\nmaxConcurrentTasks = 'many' | process.maxConcurrentTasks | the text \"many\"",
                "[process]\\nmaxConcurrentTasks = '8' | process.maxConcurrentTasks | the text \"8\"",
                "[process]\\nmaxConcurrentTasks = 0 | process.maxConcurrentTasks | the number 0",
                "[process]\\nmaxConcurrentTasks = 99999999999999999999 | process.maxConcurrentTasks | 99999999999999999999",
                "[process]\\nmaxConcurrentTasks = 1.5 | process.maxConcurrentTasks | the number 1.5",
                "[server]\\nheartbeatIntervalSecs = 0 | server.heartbeatIntervalSecs | the number 0",
                "[server]\\nurl = 'ftp://h' | server.url | the text \"ftp://h\"",
                "[server]\\nurl = 'localhost:8080' | server.url | the text \"localhost:8080\"",
                "[server]\\nurl = 'http://' | server.url | the text \"http://\"",
                "[server]\\nurl = 'http://h?x=1' | server.url | without '?' and '#'",
                "[server]\\nurl = 'http://h:99999' | server.url | a port is from 1 to 65535",
                "[server]\\napiKey = 'two words' | server.apiKey | spaces",
                "[server]\\npingDeadlineSecs = 5 | server.pingDeadlineSecs | less than server.pingIntervalSecs (10)",
                "[process]\\nclaudeArgs = '--x' | process.claudeArgs | the text \"--x\"",
                "[process]\\nclaudeArgs = ['--x', 5] | process.claudeArgs | the number 5 (put it in quotes) as item 2",
                "[process]\\nenablePermissions = 'yes' | process.enablePermissions | the text \"yes\"",
                "[process]\\nclaudeCommand = '' | process.claudeCommand | an empty text",
                "[process]\\nenvVars = {A = 1.10} | process.envVars | a number for A (put it in quotes)",
                "[process]\\nbubblewrap = true | process.bubblewrap | needs a section",
                "[worktree]\\nbranchPrefix = '-x' | worktree.branchPrefix | the text \"-x\"",
                "[worktree]\\nbaseDir = '~other/x' | worktree.baseDir | no ~user",
                "[repos]\\nautoClone = ['ext::sh'] | repos.autoClone | as item 1",
                "[repos]\\nautoClone = [{name = 'x'}] | repos.autoClone | a section without url",
                "[repos]\\nautoClone = [{url = 'github:o/r', name = '../x'}] | repos.autoClone | not a path inside",
                "[logging]\\nlevel = 'loud' | logging.level | needs one of trace, debug, info, warn, error",
                "[shutdown]\\nagents = 'kill' | shutdown.agents | needs one of keep, stop"
            })
    void aWrongValueIsToldWithFileKeyAndWhatWasFound(String toml, String key, String found) {
        bench.connected().explicit("mine.toml", toml.replace("\\n", "\n"));
        bench.variables
                .keySet()
                .removeIf(name -> toml.startsWith("[server]") && toml.contains("url =") && name.endsWith("SERVER_URL"));
        bench.variables.keySet().removeIf(name -> toml.contains("apiKey =") && name.endsWith("API_KEY"));

        ConfigException refused = bench.refused();

        assertThat(refused.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo(key);
            assertThat(problem.what()).contains(key).contains(found);
            assertThat(problem.cures()).isNotEmpty();
        });
        if (!key.equals("server.pingDeadlineSecs")) {
            assertThat(refused.explain())
                    .contains(bench.flags().configFile().orElseThrow().toString());
        }
    }

    @Test
    void aWrongVariableIsToldByItsName() {
        bench.connected().variables.put("MAKIMA_DAEMON_PROCESS_MAX_CONCURRENT_TASKS", "many");
        assertThat(bench.refused().explain())
                .contains("process.maxConcurrentTasks in variable MAKIMA_DAEMON_PROCESS_MAX_CONCURRENT_TASKS: "
                        + "needs a whole number, at least 1; found the text \"many\"")
                .contains("--max-tasks");
    }

    @Test
    void aWrongFlagIsToldByItsName() {
        bench.connected().flags.put("process.maxConcurrentTasks", "0");
        assertThat(bench.refused().explain()).contains("process.maxConcurrentTasks in flag --max-tasks");
    }

    @Test
    void aHigherSourceMendsWhatALowerOneHasWrong() {
        bench.connected().explicit("mine.toml", "[process]\nmaxConcurrentTasks = 'many'");
        bench.flags.put("process.maxConcurrentTasks", "3");
        assertThat(bench.daemon().config().process().maxConcurrentTasks()).isEqualTo(3);
    }

    @Test
    void allMistakesAreToldTogether() {
        bench.explicit("mine.toml", "[process]\nmaxConcurrentTasks = 'many'\n[logging]\nformat = 1\n");
        bench.file(bench.work.resolve("makima-daemon.toml"), "[loop]\nunchanged = 0\n");
        assertThat(bench.refused().problems())
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "server.url",
                        "server.apiKey",
                        "process.maxConcurrentTasks",
                        "logging.format",
                        "loop.unchanged");
    }

    @ParameterizedTest
    @CsvSource({
        "[process]\\nmaxConcurentTasks = 1, process.maxConcurentTasks, process.maxConcurrentTasks",
        "[server]\\nmaxConcurrentTasks = 1, server.maxConcurrentTasks, process.maxConcurrentTasks",
        "[serverr]\\nurl = 'x', serverr, server",
        "hom = 'x', hom, home"
    })
    void anUnknownKeyIsAWarningWithTheNearestOne(String toml, String unknown, String nearest) {
        bench.connected().explicit("mine.toml", toml.replace("\\n", "\n"));
        assertThat(bench.daemon().warnings())
                .singleElement()
                .asString()
                .contains("Unknown key " + unknown + " in file ")
                .contains("mine.toml; the nearest known one is " + nearest);
    }

    @Test
    void anUnknownVariableIsAWarningWithTheNearestOne() {
        bench.connected().variables.put("MAKIMA_DAEMON_SERVER_ULR", "x");
        assertThat(bench.daemon().warnings())
                .containsExactly("The variable MAKIMA_DAEMON_SERVER_ULR is not known; the nearest known one is "
                        + "MAKIMA_DAEMON_SERVER_URL");
    }

    @Test
    void theServerWarnsOfItsOwnVariablesOnly() {
        bench.variables.put("MAKIMA_HTTP_PROT", "1");
        bench.variables.put("MAKIMA_TASK_ID", "x");
        bench.variables.put("MAKIMA_API_URL", "x");
        bench.variables.put("MAKIMA_API_KEY", "x");
        bench.variables.put("MAKIMA_JAVA_HOME", "x");
        bench.variables.put("MAKIMA_DAEMON_ANYTHING", "x");
        assertThat(bench.server().warnings())
                .singleElement()
                .asString()
                .contains("MAKIMA_HTTP_PROT", "MAKIMA_HTTP_PORT");
    }

    @Test
    void oneKeyInTwoSpellingsIsAProblem() {
        bench.connected().explicit("mine.toml", """
                [localDb]
                path = "/a"
                [local_db]
                path = "/b"
                """);
        assertThat(bench.refused().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what())
                        .contains("localDb.path is given twice in file ")
                        .contains("as localDb.path and as local_db.path"));
    }

    @Test
    void twoSpellingsOfAVariableMustAgree() {
        bench.connected().variables.put("MAKIMA_DAEMON_LOOP_UNCHANGED", "1");
        bench.variables.put("MAKIMA_DAEMON_LOOP__UNCHANGED", "1");
        assertThat(bench.daemon().config().loop().unchanged()).isEqualTo(1);
        bench.variables.put("MAKIMA_DAEMON_LOOP__UNCHANGED", "2");
        assertThat(bench.refused().explain())
                .contains("MAKIMA_DAEMON_LOOP__UNCHANGED")
                .contains("MAKIMA_DAEMON_LOOP_UNCHANGED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.toml | [server]\\napiKey = mk_very_secret\\n | TOML at line 2, column ",
                "b.toml | [server]\\napiKey = \"mk_very_secret\\n | TOML at line 2, column ",
                "c.toml | [server]\\nx = 1\\nx = 'mk_very_secret'\\n | TOML at line 3, column 1 (duplicate key)",
                "d.json | {\"server\": {\\n\"apiKey\": mk_very_secret}} | JSON at line 2, column ",
                "e.json | {\"server\": {\"apiKey\": \"mk_very_secret\" | JSON at line 1, column ",
                "f.json | [\"mk_very_secret\"] | is not valid JSON",
                "l.json | {\"server\": {\"apiKey\": \"mk_very_secret\"},\\n\"server\": {}} | JSON at line 2, column 9 (duplicate field)",
                "m.yaml | server:\\n  apiKey: mk_very_secret\\nserver: {}\\n | YAML at line 3, column 1 (found duplicate key)",
                "g.yaml | server:\\n  apiKey: *mk_very_secret\\n | YAML at line 2, column ",
                "h.yaml | server: mk_very_secret\\n bad: [ | YAML at line 2, column ",
                "i.yaml | mk_very_secret | is not valid YAML",
                "j.yaml | - mk_very_secret | is not valid YAML",
                "k.yaml | server: !!java.net.URL ['http://mk_very_secret'] | YAML at line 1, column "
            })
    void aFileThatIsNotWhatItsEndingSaysIsToldByItsPlaceAndNotByItsContent(String name, String content, String place) {
        bench.explicit(name, content.replace("\\n", "\n"));

        ConfigException refused = bench.refused();

        assertThat(refused.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what())
                        .contains(bench.flags().configFile().orElseThrow().toString())
                        .contains(place));
        assertThat(wholeText(refused)).doesNotContain("secret");
    }

    private static String wholeText(Throwable failure) {
        java.io.StringWriter out = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(out));
        return out.toString();
    }

    @Test
    void aConfigurationFileThatWasNamedMustExist() {
        bench.connected().explicit = bench.work.resolve("nowhere.toml");
        assertThat(bench.refused().explain()).contains(bench.work.resolve("nowhere.toml") + " does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "~other/makima.toml"})
    void whatIsNoPathIsNoConfigurationFile(String path) {
        bench.connected().explicit = Path.of(path);
        assertThat(bench.refused().explain()).contains("--config needs a path; found");
    }

    @Test
    void aDirectoryIsNoConfigurationFile() throws IOException {
        bench.connected().explicit = Files.createDirectories(bench.work.resolve("dir.toml"));
        assertThat(bench.refused().explain()).contains("dir.toml is a directory");
    }

    @Test
    void aFileInAUsualPlaceThatCannotBeReadIsAProblemToo() throws IOException {
        Files.createDirectories(bench.connected().work.resolve("makima-daemon.toml"));
        assertThat(bench.refused().explain()).contains("makima-daemon.toml is a directory");
    }

    @Test
    void anUnknownEndingIsAProblem() {
        bench.connected().explicit("mine.ini", "x");
        assertThat(bench.refused().explain()).contains("mine.ini has an ending that is not known");
    }

    @Test
    void bytesThatAreNoTextAreAProblem() throws IOException {
        bench.connected().explicit("mine.toml", "");
        Files.write(bench.flags().configFile().orElseThrow(), new byte[] {'a', (byte) 0xff});
        assertThat(bench.refused().explain()).contains("is not UTF-8 text");
    }

    @Test
    void aHugeFileIsAProblem() {
        bench.connected().explicit("mine.toml", "#" + "x".repeat(1 << 20));
        assertThat(bench.refused().explain()).contains("is longer than 1048576 bytes");
    }

    @Test
    void secretsAreNeverRepeated() {
        bench.explicit("mine.toml", """
                [server]
                url = "https://user:hidden1@h"
                apiKey = ["hidden2"]
                [process]
                envVars = "hidden3"
                [repos]
                autoClone = ["https://hidden4@h/ x", {url = "hidden5"}]
                """);
        bench.variables.put("MAKIMA_DAEMON_PROCESS_ENVVARS", "{\"A\": hidden6}");

        ConfigException refused = bench.refused();

        assertThat(refused.problems()).hasSize(4);
        assertThat(wholeText(refused) + refused.printout().text()).doesNotContain("hidden");
    }

    @Test
    void whatCouldBeReadIsPrintedBesideTheProblems() {
        bench.explicit("mine.toml", "[process]\nmaxConcurrentTasks = 'many'\nclaudeCommand = 'other'\n");
        String text = bench.refused().printout().text();
        assertThat(text)
                .contains("process.claudeCommand = \"other\"")
                .containsPattern("# process.maxConcurrentTasks is not set +# file .*mine.toml \\(not valid\\)")
                .containsPattern("# server.url is not set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql://h/d", "", "postgresql:///", "postgresql://h h/d"})
    void aDatabaseOfAnotherKindIsRefused(String url) {
        bench.flags.put("database.url", url);
        org.assertj.core.api.Assertions.assertThatThrownBy(bench::server)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("database.url in flag --database-url: needs jdbc:sqlite:PATH or postgresql://");
    }

    @Test
    void theNearestNameIsByTheFewestLettersToChange() {
        assertThat(Names.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Names.distance("", "ab")).isEqualTo(2);
        assertThat(DaemonKeys.TABLE.paths().stream()
                        .map(path -> Names.nearest(path + "x", DaemonKeys.TABLE.paths()))
                        .collect(Collectors.toList()))
                .isEqualTo(DaemonKeys.TABLE.paths());
    }
}
