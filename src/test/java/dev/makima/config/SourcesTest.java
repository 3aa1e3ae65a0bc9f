package dev.makima.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.Secret;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where values come from, and which of them counts. */
class SourcesTest {
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    private Path root;

    private Bench bench;

    @BeforeEach
    void makeBench() throws IOException {
        bench = new Bench(root, VERTX).connected();
    }

    @AfterAll
    static void closeVertx() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private int maxTasks() {
        return bench.daemon().config().process().maxConcurrentTasks();
    }

    private static String maxTasks(int value) {
        return "[process]\nmaxConcurrentTasks = " + value + "\n";
    }

    @Test
    void aHigherSourceWinsOverEachLowerOne() {
        bench.file(bench.etc.resolve("makima-daemon/config.toml"), maxTasks(2));
        assertThat(maxTasks()).isEqualTo(2);
        bench.file(bench.home.resolve(".config/makima-daemon/config.toml"), maxTasks(3));
        assertThat(maxTasks()).isEqualTo(3);
        bench.file(bench.work.resolve("makima-daemon.toml"), maxTasks(4));
        assertThat(maxTasks()).isEqualTo(4);
        bench.explicit("mine.toml", maxTasks(5));
        assertThat(maxTasks()).isEqualTo(5);
        bench.variables.put("MAKIMA_DAEMON_PROCESS_MAXCONCURRENTTASKS", "6");
        assertThat(maxTasks()).isEqualTo(6);
        bench.flags.put("process.maxConcurrentTasks", "7");
        assertThat(maxTasks()).isEqualTo(7);
        assertThat(bench.daemon().files()).hasSize(4);
    }

    @Test
    void aLowerFileStillCountsForWhatHigherOnesDoNotSay() {
        bench.file(bench.etc.resolve("makima-daemon/config.toml"), maxTasks(2) + "claudeCommand = \"other\"");
        bench.explicit("mine.toml", maxTasks(5));

        DaemonConfig config = bench.daemon().config();

        assertThat(config.process().claudeCommand()).isEqualTo("other");
        assertThat(config.process().maxConcurrentTasks()).isEqualTo(5);
    }

    @Test
    void theUsersFileIsWhereXdgSays() {
        bench.file(bench.home.resolve(".config/makima-daemon/config.toml"), maxTasks(3));
        bench.file(root.resolve("xdg/makima-daemon/config.toml"), maxTasks(4));
        bench.variables.put("XDG_CONFIG_HOME", root.resolve("xdg").toString());
        assertThat(maxTasks()).isEqualTo(4);
        bench.variables.put("XDG_CONFIG_HOME", "relative");
        assertThat(maxTasks()).isEqualTo(3);
    }

    @Test
    void onMacOsTheUsersFileIsInTheLibraryAndEtcIsNotRead() {
        bench.system = "Mac OS X";
        bench.file(bench.etc.resolve("makima-daemon/config.toml"), maxTasks(2));
        bench.file(bench.home.resolve(".config/makima-daemon/config.toml"), maxTasks(3));
        assertThat(maxTasks()).isEqualTo(10);
        bench.file(bench.home.resolve("Library/Application Support/makima-daemon/config.toml"), maxTasks(4));
        assertThat(maxTasks()).isEqualTo(4);
    }

    @Test
    void theServerLooksForFilesOfItsOwnName() {
        bench.file(bench.work.resolve("makima-server.toml"), "[http]\nport = 1234\n");
        bench.file(bench.work.resolve("makima-daemon.toml"), "[http]\nport = 5678\n");
        bench.variables.put("MAKIMA_HTTP_HOST", "::1");

        ServerConfig.Http http = bench.server().config().http();

        assertThat(http).isEqualTo(new ServerConfig.Http("::1", 1234));
    }

    @Test
    void oneFileServesDaemonAndServerAndNeitherWarnsOfTheOthersSections() {
        bench.explicit("both.toml", """
                home = "/srv/makima"
                [server]
                url = "http://h"
                [process.bubblewrap]
                enabled = true
                [http]
                port = 99
                [logging]
                level = "warn"
                """);

        assertThat(bench.daemon().warnings()).isEmpty();
        assertThat(bench.server().warnings()).isEmpty();
        assertThat(bench.server().config().http().port()).isEqualTo(99);
        assertThat(bench.server().config().home()).isEqualTo(Path.of("/srv/makima"));
        assertThat(bench.daemon().config().logging().level()).isEqualTo(LoggingSettings.Level.WARN);
    }

    @Test
    void oneSetOfFlagsServesBoth() {
        bench.flags.putAll(Map.of("server.url", "http://h", "http.port", "1", "logging.level", "error"));

        assertThat(bench.daemon().warnings()).isEmpty();
        assertThat(bench.server().warnings()).isEmpty();
        assertThat(bench.server().config().logging().level()).isEqualTo(LoggingSettings.Level.ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[process]\nmaxConcurrentTasks = 4",
                "[process]\nmax_concurrent_tasks = 4",
                "[process]\nmaxconcurrenttasks = 4",
                "process.maxConcurrentTasks = 4"
            })
    void keysAreReadInEverySpelling(String toml) {
        bench.explicit("mine.toml", toml);
        assertThat(maxTasks()).isEqualTo(4);
        assertThat(bench.daemon().warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localDb", "local_db", "localdb"})
    void sectionsAreReadInEverySpelling(String section) {
        bench.explicit("mine.toml", "[" + section + "]\npath = \"/db\"");
        assertThat(bench.daemon().config().localDb().path()).isEqualTo(Path.of("/db"));
    }

    @Test
    void namesOfAgentsVariablesAreNoKeysAndStayAsWritten() {
        bench.explicit("mine.toml", "[process.env_vars]\nMY_VAR = 'a'\nmyvar = 'b'\n");
        assertThat(bench.daemon().config().process().envVars())
                .isEqualTo(Map.of("MY_VAR", new Secret("a"), "myvar", new Secret("b")));
    }

    @ParameterizedTest
    @CsvSource({
        "mine.json, '{\"process\": {\"maxConcurrentTasks\": 4, \"claudeArgs\": [\"x\"]}}'",
        "mine.yaml, 'process: {max_concurrent_tasks: 4, claudeArgs: [x]}'",
        "mine.YML, 'process: {maxConcurrentTasks: 4, claudeArgs: [x]}'",
        "mine, 'process = {maxConcurrentTasks = 4, claudeArgs = [\"x\"]}'"
    })
    void theFormOfAFileFollowsFromItsEnding(String name, String content) {
        bench.explicit(name, content);
        assertThat(maxTasks()).isEqualTo(4);
        assertThat(bench.daemon().config().process().claudeArgs()).containsExactly("x");
    }

    @Test
    void aFileOfAnotherFormInAUsualPlaceIsReadToo() {
        bench.file(bench.work.resolve("makima-daemon.yaml"), "process: {maxConcurrentTasks: 4}");
        assertThat(maxTasks()).isEqualTo(4);
        bench.file(bench.work.resolve("makima-daemon.toml"), maxTasks(5));
        assertThat(maxTasks()).isEqualTo(5);
        assertThat(bench.daemon().warnings()).singleElement().asString().contains("passed over", "makima-daemon.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mine.toml", "mine.json", "mine.yaml"})
    void anEmptyFileSaysNothing(String name) {
        bench.explicit(name, "\uFEFF \n");
        assertThat(maxTasks()).isEqualTo(10);
    }

    @Test
    void aFileOfCommentsSaysNothing() {
        bench.explicit("mine.yaml", "# nothing\n");
        assertThat(maxTasks()).isEqualTo(10);
    }

    @Test
    void aKeyWithoutAValueCountsAsNotGiven() {
        bench.explicit("mine.yaml", "process:\nworktree:\n  defaultTargetRepo:\n  branchPrefix: null\n");
        assertThat(bench.daemon().config().worktree().branchPrefix()).isEqualTo("makima/task-");
        assertThat(bench.daemon().warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MAKIMA_DAEMON_PROCESS_MAXCONCURRENTTASKS",
                "MAKIMA_DAEMON_PROCESS__MAXCONCURRENTTASKS",
                "MAKIMA_DAEMON_PROCESS_MAX_CONCURRENT_TASKS",
                "MAKIMA_DAEMON_PROCESS__MAX_CONCURRENT_TASKS",
                "MAKIMA_DAEMON_process__maxConcurrentTasks"
            })
    void variablesAreReadInEverySpelling(String name) {
        bench.variables.put(name, " 8 ");
        assertThat(maxTasks()).isEqualTo(8);
        assertThat(bench.daemon().warnings()).isEmpty();
    }

    @Test
    void nestedSectionsAndSpelledSectionsHaveVariablesToo() {
        bench.variables.put("MAKIMA_DAEMON_PROCESS_BUBBLEWRAP_ENABLED", "yes");
        bench.variables.put("MAKIMA_DAEMON_PROCESS_CHECKPOINT_PATCHES_MAX_PATCH_SIZE_BYTES", "7");
        bench.variables.put("MAKIMA_DAEMON_LOCAL_DB_PATH", "~/db");

        DaemonConfig config = bench.daemon().config();

        assertThat(config.process().bubblewrap().enabled()).isTrue();
        assertThat(config.process().checkpointPatches().maxPatchSizeBytes()).isEqualTo(7);
        assertThat(config.localDb().path()).isEqualTo(bench.home.resolve("db"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a, b,c", "[\"a\",\"b\",\"c\"]"})
    void aListInAVariableIsCommaSeparatedOrJson(String text) {
        bench.variables.put("MAKIMA_DAEMON_PROCESS_CLAUDEARGS", text);
        assertThat(bench.daemon().config().process().claudeArgs()).containsExactly("a", "b", "c");
    }

    @Test
    void shortFormsWinOverTheRegularNames() {
        bench.variables.put("MAKIMA_DAEMON_SERVER_APIKEY", "mk_other");
        bench.variables.put("MAKIMA_DAEMON_REPOS_DIR", "/r");
        bench.variables.put("MAKIMA_DAEMON_WORKTREE_REPOSDIR", "/other");
        bench.variables.put("MAKIMA_DAEMON_WORKTREES_DIR", "/w");
        bench.variables.put("MAKIMA_DAEMON_BUBBLEWRAP", "1");

        Loaded<DaemonConfig> loaded = bench.daemon();

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().server().apiKey().reveal()).isEqualTo(Bench.API_KEY);
        assertThat(loaded.config().worktree().reposDir()).isEqualTo(Path.of("/r"));
        assertThat(loaded.config().worktree().baseDir()).isEqualTo(Path.of("/w"));
        assertThat(loaded.config().process().bubblewrap().enabled()).isTrue();
    }

    @Test
    void anEmptyVariableCountsAsNotSet() {
        bench.variables.put("MAKIMA_API_KEY", "");
        bench.variables.put("MAKIMA_DAEMON_SERVER_APIKEY", "mk_other");
        assertThat(bench.daemon().config().server().apiKey().reveal()).isEqualTo("mk_other");
    }

    @Test
    void theHomeMovesEveryDefaultThatLivesInIt() {
        bench.variables.put("MAKIMA_HOME", "~/elsewhere");
        Path home = bench.home.resolve("elsewhere");

        DaemonConfig config = bench.daemon().config();

        assertThat(List.of(
                        config.home(),
                        config.worktree().baseDir(),
                        config.worktree().reposDir(),
                        config.localDb().path(),
                        config.repos().homeDir()))
                .containsExactly(
                        home,
                        home.resolve("worktrees"),
                        home.resolve("repos"),
                        home.resolve("daemon.db"),
                        home.resolve("home"));
        assertThat(bench.server().config().database().url())
                .isEqualTo(new DatabaseUrl.Sqlite(home.resolve("server.db")));
        assertThat(bench.daemon().print()).doesNotContain(".makima");
    }

    @Test
    void theTildeIsHomeWhereSetElseTheAccountsHome() {
        assertThat(bench.daemon().config().home()).isEqualTo(bench.home.resolve(".makima"));
        bench.variables.put("HOME", "/home/other");
        assertThat(bench.daemon().config().home()).isEqualTo(Path.of("/home/other/.makima"));
    }

    @Test
    void aTreeStandsInForAllFilesBelowFlagsAndVariables() {
        bench.file(bench.work.resolve("makima-daemon.toml"), maxTasks(4));
        bench.variables.put("MAKIMA_DAEMON_LOOP_UNCHANGED", "8");
        JsonObject tree = new JsonObject()
                .put("loop", new JsonObject().put("unchanged", 7).put("same_error", 9))
                .put("process", new JsonObject().put("envVars", new JsonObject().put("A", "b")));

        Loaded<DaemonConfig> loaded = ConfigLoader.daemonFromTree(tree, bench.flags(), bench.environment(), bench.work);

        assertThat(loaded.config().loop()).isEqualTo(new DaemonConfig.Loop(10, 8, 9));
        assertThat(loaded.config().process().envVars()).isEqualTo(Map.of("A", new Secret("b")));
        assertThat(loaded.config().process().maxConcurrentTasks()).isEqualTo(10);
    }

    @Test
    void aFilesTreeCanBeHandedToAVerticle() {
        Path file =
                bench.file(bench.work.resolve("x.toml"), "[http]\nport = 0\n[[repos.autoClone]]\nurl = 'github:o/r'");

        JsonObject tree = new ConfigLoader(VERTX).readTree(file);

        assertThat(ConfigLoader.serverFromTree(tree, Flags.none(), bench.environment(), bench.work)
                        .config()
                        .http()
                        .port())
                .isZero();
        assertThat(ConfigLoader.daemonFromTree(tree, Flags.none(), bench.environment(), bench.work)
                        .config()
                        .repos()
                        .autoClone())
                .hasSize(1);
    }

    @Test
    void theApisUrlFollowsFromTheServers() {
        bench.flags.put("server.url", "wss://h:1/base/");
        DaemonConfig config = bench.daemon().config();
        assertThat(config.api().url()).isEqualTo(URI.create("https://h:1/base"));
        assertThat(config.server().websocketUri()).isEqualTo(URI.create("wss://h:1/base/api/v1/mesh/daemons/connect"));
        assertThat(bench.daemon().print()).containsPattern("api.url = \"https://h:1/base\" +# from server.url");
    }

    @Test
    void filesCanBeReadOnAWorkerOfVertxToo() {
        bench.explicit("mine.toml", maxTasks(4));
        assertThat(VERTX.executeBlocking(this::maxTasks)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join())
                .isEqualTo(4);
    }

    @Test
    void filesAreNotReadOnAnEventLoopButTreesAre() {
        bench.explicit("mine.toml", maxTasks(4));
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        VERTX.runOnContext(ignored -> {
            try {
                outcome.complete(maxTasks());
            } catch (IllegalStateException e) {
                outcome.complete(
                        ConfigLoader.daemonFromTree(new JsonObject(), Flags.none(), bench.environment(), bench.work)
                                .config()
                                .process()
                                .claudeCommand());
            }
        });
        assertThat(outcome.join()).isEqualTo("claude");
    }

    @Test
    void aFileWithAKeyThatEverybodyCanReadIsWarnedOf() throws IOException {
        bench.explicit("mine.toml", "[server]\napiKey = \"mk_x\"\n");
        assertThat(bench.daemon().warnings()).isEmpty();
        Files.setPosixFilePermissions(
                bench.flags().configFile().orElseThrow(),
                java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(bench.daemon().warnings()).singleElement().asString().contains("mine.toml", "chmod 600");
    }
}
