package dev.makima.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import dev.makima.base.RepoUrl;
import dev.makima.base.Secret;
import dev.makima.config.DaemonConfig.Admission;
import dev.makima.config.DaemonConfig.AgentSettings;
import dev.makima.config.DaemonConfig.Api;
import dev.makima.config.DaemonConfig.AutoClone;
import dev.makima.config.DaemonConfig.Bubblewrap;
import dev.makima.config.DaemonConfig.CheckpointPatches;
import dev.makima.config.DaemonConfig.Lease;
import dev.makima.config.DaemonConfig.LocalDb;
import dev.makima.config.DaemonConfig.Loop;
import dev.makima.config.DaemonConfig.ProcessSettings;
import dev.makima.config.DaemonConfig.Repos;
import dev.makima.config.DaemonConfig.ServerLink;
import dev.makima.config.DaemonConfig.Shutdown;
import dev.makima.config.DaemonConfig.Spool;
import dev.makima.config.DaemonConfig.Temp;
import dev.makima.config.DaemonConfig.TrustedRepo;
import dev.makima.config.DaemonConfig.WorktreeSettings;
import dev.makima.config.ServerConfig.Checkpoints;
import dev.makima.config.ServerConfig.Database;
import dev.makima.config.ServerConfig.Directives;
import dev.makima.config.ServerConfig.History;
import dev.makima.config.ServerConfig.Http;
import dev.makima.config.ServerConfig.Limits;
import dev.makima.config.ServerConfig.Tasks;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pins every default, and that every key of every source reaches its place. */
class DefaultsTest {
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

    private DaemonConfig daemonDefaults() {
        Path home = bench.home.resolve(".makima");
        return new DaemonConfig(
                new ServerLink(
                        URI.create(Bench.URL),
                        new Secret(Bench.API_KEY),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5),
                        0,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        16_777_216),
                new WorktreeSettings(
                        home.resolve("worktrees"),
                        home.resolve("repos"),
                        "makima/task-",
                        false,
                        Optional.empty(),
                        List.of()),
                new ProcessSettings(
                        "claude",
                        List.of(),
                        List.of(),
                        false,
                        false,
                        10,
                        10,
                        Duration.ZERO,
                        Map.of(),
                        List.of(),
                        Duration.ofSeconds(300),
                        new CheckpointPatches(true, 10_485_760),
                        new Bubblewrap(false, "bwrap", true, List.of(), List.of())),
                new LocalDb(home.resolve("daemon.db")),
                new LoggingSettings(LoggingSettings.Level.INFO, LoggingSettings.Format.PRETTY),
                new Repos(home.resolve("home"), List.of()),
                new Api(URI.create(Bench.URL)),
                home,
                new Shutdown(Shutdown.Agents.KEEP),
                new Lease(Lease.OnExpiry.PAUSE),
                new Loop(10, 3, 5),
                new AgentSettings(Duration.ofSeconds(300)),
                new Spool(21_474_836_480L, Duration.ofDays(3)),
                new Temp(5_368_709_120L),
                new Admission(1_073_741_824L, 268_435_456L));
    }

    @Test
    void aDaemonThatIsToldNothingElseHasTheseDefaults() {
        Loaded<DaemonConfig> loaded = bench.connected().daemon();

        assertThat(loaded.config()).isEqualTo(daemonDefaults());
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.files()).isEmpty();
    }

    private static final String EVERYTHING = """
            home = "/srv/makima"
            [server]
            url = "wss://host:8443/base/"
            apiKey = "mk_other"
            heartbeatIntervalSecs = 31
            reconnectIntervalSecs = 6
            maxReconnectAttempts = 7
            pingIntervalSecs = 11
            pingDeadlineSecs = 33
            maxFrameBytes = 1000000
            [worktree]
            baseDir = "/srv/worktrees"
            reposDir = "~/repos"
            branchPrefix = "work/"
            cleanupOnStart = true
            defaultTargetRepo = "../target"
            trustedRepos = ["~/app", {repo = "https://github.com/acme/*", files = "/srv/secrets"}]
            [process]
            claudeCommand = "~/bin/claude"
            claudeArgs = ["--model", "a,b"]
            claudePreArgs = ["--pre"]
            enablePermissions = true
            disableVerbose = true
            maxConcurrentTasks = 3
            maxTasksPerContract = 2
            defaultTimeoutSecs = 3600
            envVars = {Some_Var = "value", PORT = 80}
            envPass = ["MY_*"]
            heartbeatCommitIntervalSecs = 0
            [process.checkpointPatches]
            enabled = false
            maxPatchSizeBytes = 5
            [process.bubblewrap]
            enabled = true
            bwrapCommand = "/opt/bwrap"
            network = false
            roBind = ["/data"]
            rwBind = ["~/cache"]
            [localDb]
            path = "/srv/db"
            [logging]
            level = "debug"
            format = "json"
            [repos]
            homeDir = "/srv/home"
            autoClone = ["github:o/r", {url = "git@host:x/y.git", name = "z", branch = "dev", shallow = true}]
            [api]
            url = "http://inside:8080"
            [shutdown]
            agents = "stop"
            [lease]
            onExpiry = "stop"
            [loop]
            maxIterations = 11
            unchanged = 4
            sameError = 6
            [agent]
            silenceWarnSecs = 60
            [spool]
            quotaBytes = 2000000
            retentionHours = 1
            [temp]
            maxBytes = 0
            [admission]
            minFreeDiskBytes = 5
            minFreeMemoryBytes = 6
            """;

    private DaemonConfig everything() {
        return new DaemonConfig(
                new ServerLink(
                        URI.create("wss://host:8443/base"),
                        new Secret("mk_other"),
                        Duration.ofSeconds(31),
                        Duration.ofSeconds(6),
                        7,
                        Duration.ofSeconds(11),
                        Duration.ofSeconds(33),
                        1_000_000),
                new WorktreeSettings(
                        Path.of("/srv/worktrees"),
                        bench.home.resolve("repos"),
                        "work/",
                        true,
                        Optional.of(root.resolve("target")),
                        List.of(
                                new TrustedRepo(bench.home.resolve("app").toString(), false, Optional.empty()),
                                new TrustedRepo(
                                        "https://github.com/acme", true, Optional.of(Path.of("/srv/secrets"))))),
                new ProcessSettings(
                        bench.home.resolve("bin/claude").toString(),
                        List.of("--model", "a,b"),
                        List.of("--pre"),
                        true,
                        true,
                        3,
                        2,
                        Duration.ofHours(1),
                        Map.of("Some_Var", new Secret("value"), "PORT", new Secret("80")),
                        List.of("MY_*"),
                        Duration.ZERO,
                        new CheckpointPatches(false, 5),
                        new Bubblewrap(
                                true,
                                "/opt/bwrap",
                                false,
                                List.of(Path.of("/data")),
                                List.of(bench.home.resolve("cache")))),
                new LocalDb(Path.of("/srv/db")),
                new LoggingSettings(LoggingSettings.Level.DEBUG, LoggingSettings.Format.JSON),
                new Repos(
                        Path.of("/srv/home"),
                        List.of(
                                new AutoClone(
                                        new RepoUrl("https://github.com/o/r"),
                                        new RelativePath("r"),
                                        Optional.empty(),
                                        false),
                                new AutoClone(
                                        new RepoUrl("git@host:x/y.git"),
                                        new RelativePath("z"),
                                        Optional.of(new RefName("dev")),
                                        true))),
                new Api(URI.create("http://inside:8080")),
                Path.of("/srv/makima"),
                new Shutdown(Shutdown.Agents.STOP),
                new Lease(Lease.OnExpiry.STOP),
                new Loop(11, 4, 6),
                new AgentSettings(Duration.ofMinutes(1)),
                new Spool(2_000_000, Duration.ofHours(1)),
                new Temp(0),
                new Admission(5, 6));
    }

    @Test
    void everyKeyOfAFileReachesItsPlace() {
        Loaded<DaemonConfig> loaded =
                bench.explicit("everything.toml", EVERYTHING).daemon();

        assertThat(loaded.config()).isEqualTo(everything());
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.print()).doesNotContain("# default");
    }

    @Test
    void everyKeyOfTheEnvironmentReachesItsPlace() {
        bench.explicit("everything.toml", EVERYTHING).daemon().printout().json().forEach(entry -> {
            // From the file's values, each as the text of a variable: lists and sections are JSON already.
            Object value = ((io.vertx.core.json.JsonObject) entry.getValue()).getValue("value");
            String name = "MAKIMA_DAEMON_"
                    + entry.getKey().toUpperCase(java.util.Locale.ROOT).replace('.', '_');
            bench.variables.put(name, String.valueOf(value));
        });
        bench.variables.put("MAKIMA_DAEMON_SERVER_APIKEY", "mk_other");
        bench.variables.put("MAKIMA_DAEMON_PROCESS_CLAUDEARGS", "[\"--model\", \"a,b\"]");
        bench.variables.put("MAKIMA_DAEMON_PROCESS_ENVVARS", "{\"Some_Var\": \"value\", \"PORT\": 80}");
        bench.variables.put(
                "MAKIMA_DAEMON_REPOS_AUTOCLONE",
                "[\"github:o/r\", {\"url\": \"git@host:x/y.git\", \"name\": \"z\", \"branch\": \"dev\", \"shallow\": true}]");
        for (String list : List.of("CLAUDEPREARGS", "ENVPASS", "BUBBLEWRAP_ROBIND", "BUBBLEWRAP_RWBIND")) {
            bench.variables.computeIfPresent(
                    "MAKIMA_DAEMON_PROCESS_" + list, (name, text) -> text.substring(2, text.length() - 2));
        }
        bench.explicit = null;

        Loaded<DaemonConfig> loaded = bench.daemon();

        assertThat(loaded.config()).isEqualTo(everything());
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.printout().json().stream()
                        .map(entry -> ((io.vertx.core.json.JsonObject) entry.getValue()).getString("source")))
                .allMatch(source -> source.startsWith("variable MAKIMA_DAEMON_"));
    }

    @Test
    void aServerThatIsToldNothingHasTheseDefaults() {
        Loaded<ServerConfig> loaded = bench.server();

        Path home = bench.home.resolve(".makima");
        assertThat(loaded.config())
                .isEqualTo(new ServerConfig(
                        new Http("127.0.0.1", 8080),
                        new Database(new DatabaseUrl.Sqlite(home.resolve("server.db"))),
                        new Tasks(Duration.ofSeconds(60), Duration.ofSeconds(120), 3, Duration.ofMinutes(15)),
                        new Checkpoints(Duration.ofDays(7)),
                        new History(Duration.ofDays(90)),
                        new Limits(1_048_576, 16_777_216, 2000),
                        new Directives(Duration.ofSeconds(15)),
                        home,
                        new LoggingSettings(LoggingSettings.Level.INFO, LoggingSettings.Format.PRETTY)));
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void everyKeyOfTheServerReachesItsPlace() {
        bench.explicit("server.yaml", """
                home: /srv/makima
                http: {host: 0.0.0.0, port: 0}
                database: {url: "postgresql://me:p%40ss@db:5433/makima?sslmode=require", password: other}
                tasks: {graceSecs: 1, leaseSecs: 2, maxRetries: 0, unconfirmedMins: 4}
                checkpoints: {retentionDays: 5}
                history: {retentionDays: 6}
                limits: {bodyBytes: 6000, frameBytes: 70000, connections: 9}
                directives: {tickSecs: 8}
                logging: {level: warn, format: json}
                """);

        ServerConfig config = bench.server().config();

        String url = "jdbc:postgresql://db:5433/makima?sslmode=require&user=me&password=p%40ss";
        assertThat(config)
                .isEqualTo(new ServerConfig(
                        new Http("0.0.0.0", 0),
                        new Database(new DatabaseUrl.Postgres(new Secret(url)), Optional.of(new Secret("other"))),
                        new Tasks(Duration.ofSeconds(1), Duration.ofSeconds(2), 0, Duration.ofMinutes(4)),
                        new Checkpoints(Duration.ofDays(5)),
                        new History(Duration.ofDays(6)),
                        new Limits(6000, 70_000, 9),
                        new Directives(Duration.ofSeconds(8)),
                        Path.of("/srv/makima"),
                        new LoggingSettings(LoggingSettings.Level.WARN, LoggingSettings.Format.JSON)));
    }

    @Test
    void noTwoKeysShareAVariable() {
        for (KeyTable table : List.of(DaemonKeys.TABLE, ServerKeys.TABLE)) {
            assertThat(table.keys().stream().map(table::variable).map(Names::normal))
                    .doesNotHaveDuplicates();
            assertThat(table.keys().stream().flatMap(key -> key.shortForms().stream()))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void theTableForTheDocumentationHoldsEveryKey() {
        assertThat(ConfigLoader.daemonTable())
                .contains("| `server.url` | required | `--server-url` | `MAKIMA_DAEMON_SERVER_URL` |")
                .contains("| `home` | `~/.makima` |  | `MAKIMA_HOME`, `MAKIMA_DAEMON_HOME` |")
                .contains("| `api.url` | from `server.url` |");
        assertThat(ConfigLoader.daemonTable().lines())
                .hasSize(DaemonKeys.TABLE.keys().size() + 2);
        assertThat(ConfigLoader.serverTable()).contains("| `http.port` | `8080` | `--port` | `MAKIMA_HTTP_PORT` |");
        assertThat(ConfigLoader.flagKeys())
                .containsEntry("--max-tasks", "process.maxConcurrentTasks")
                .containsEntry("--port", "http.port");
    }
}
