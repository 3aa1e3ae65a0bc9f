package dev.makima.jar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server and daemon as processes: started by command, by name with a configuration file, and stopped. */
class ServicesIT {
    private static final String KEY = "mk_services-test-key";
    private static final Duration PATIENCE = Program.PATIENCE;

    @TempDir
    private Path temp;

    private Vertx vertx;
    private BaseServer server;
    private Path home;
    private Path agent;

    @BeforeEach
    void prepare() throws IOException {
        vertx = Vertx.vertx();
        server = BaseServer.start(vertx, KEY);
        home = Files.createDirectory(temp.resolve("home"));
        agent = new HostileAgent(Files.createDirectory(temp.resolve("agents"))).echoes();
    }

    @AfterEach
    void close() {
        server.close();
        vertx.close().await();
    }

    private Path config(String name, String text) throws IOException {
        return Files.writeString(home.resolve(name), text);
    }

    private String toml() {
        return """
                [server]
                url = "%s"
                apiKey = "%s"
                [process]
                claudeCommand = "%s"
                """.formatted(server.uri(), KEY, agent);
    }

    @Test
    void aDaemonVerticleIsDeployedByNameFromTomlAndEndsOnSigterm() throws IOException {
        Path file = config("daemon.toml", toml());
        try (Program daemon =
                new Program.Start(home).jar("run", "dev.makima.daemon.DaemonVerticle", "--conf", file.toString())) {
            server.awaitHandshakes(1, PATIENCE);
            daemon.signal("TERM");
            assertThat(daemon.exitCode()).as(daemon.err()).isEqualTo(143);
        }
    }

    private static String found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow()
                .group();
    }

    @Test
    void aServerVerticleIsDeployedByNameAndShowsItsFirstKeyOnce() throws IOException {
        String path = home.resolve("server.db").toString();
        List<Path> files = List.of(
                config("server.toml", "[http]\nport = 0\n[database]\nurl = \"%s\"\n".formatted(path)),
                config("server.json", "{\"http\": {\"port\": 0}, \"database\": {\"url\": \"%s\"}}".formatted(path)),
                config("server.yaml", "http:\n  port: 0\ndatabase:\n  url: \"%s\"\n".formatted(path)));
        String key = "";
        for (Path file : files) {
            try (Program serving = new Program.Start(home)
                    .jar("run", "dev.makima.server.ServerVerticle", "--config", file.toString())) {
                serving.awaitText("listening at http://127.0.0.1:");
                String address = found("http://127.0.0.1:[0-9]+", serving.err());
                if (key.isEmpty()) {
                    serving.awaitText("export MAKIMA_API_KEY");
                    key = found("mk_[A-Za-z0-9_-]{40,}", serving.out());
                }
                try (Program keys = new Program.Start(home)
                        .with("MAKIMA_API_URL", address)
                        .with("MAKIMA_API_KEY", key)
                        .makima("keys", "list")) {
                    assertThat(keys.exitCode()).as(keys.err()).isZero();
                    assertThat(keys.out()).contains(key.substring(0, 8));
                }
                assertThat(serving.err()).doesNotContain(key);
                assertThat(serving.out().contains(key)).as(file.toString()).isEqualTo(file.equals(files.getFirst()));
            }
        }
    }

    @Test
    void withoutALocaleAWorktreeWithAnUmlautStopsNoTaskAndIsWarnedOf() throws IOException {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        repository.git(
                "worktree", "add", "-q", "-b", "other", temp.resolve("wörktree").toString());
        Path writes = new HostileAgent(Files.createDirectory(temp.resolve("writers")))
                .script("writes", "first_line\ninit\necho x > new.txt\nresult ok\nuntil_end_of_input\n");
        try (Program run = new Program.Start(home)
                .without("LC_ALL")
                .in(repository.directory())
                .with("MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", writes.toString())
                .jar("run", "write it")) {
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.err()).contains("LC_ALL=C.UTF-8");
        }
    }

    @Test
    void aBrokenConfigurationOfAVerticleIsAFailure() throws IOException {
        Path file = config("broken.toml", "[server\n");
        try (Program daemon =
                new Program.Start(home).jar("run", "dev.makima.daemon.DaemonVerticle", "--conf", file.toString())) {
            assertThat(daemon.exitCode()).isEqualTo(1);
            assertThat(daemon.err()).contains("broken.toml is not valid TOML at line 1");
        }
    }

    @Test
    void yamlAndJsonConfigureADaemonToo() throws IOException {
        Path yaml = config("daemon.yaml", """
                server:
                  url: "%s"
                  api_key: "%s"
                """.formatted(server.uri(), KEY));
        try (Program _ = new Program.Start(home).makima("daemon", "--config", yaml.toString())) {
            server.awaitHandshakes(1, PATIENCE);
        }
        Path json = config("daemon.json", """
                {"server": {"url": "%s", "apikey": "%s"}}
                """.formatted(server.uri(), KEY));
        try (Program _ = new Program.Start(home).makima("daemon", "--config", json.toString())) {
            server.awaitHandshakes(2, PATIENCE);
        }
    }

    @Test
    void aSecondDaemonOnTheSameHomeIsRefusedWithThePidOfTheFirst() throws IOException {
        Path file = config("daemon.toml", toml());
        try (Program first = new Program.Start(home).makima("daemon", "--config", file.toString())) {
            server.awaitHandshakes(1, PATIENCE);
            try (Program second = new Program.Start(home).makima("daemon", "--config", file.toString())) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.err()).contains("another daemon").contains(Long.toString(first.pid()));
            }
        }
    }

    @Test
    void aWrongKeyEndsTheDaemonWithItsCure() throws IOException {
        Path file = config("daemon.toml", toml().replace(KEY, "mk_wrong-key-wrong-key"));
        try (Program daemon = new Program.Start(home).makima("daemon", "--config", file.toString())) {
            assertThat(daemon.exitCode()).isIn(1, 4);
            assertThat(daemon.err()).contains("API key").contains("keys create").doesNotContain("mk_wrong");
        }
    }

    @Test
    void aServerPrintsItsFirstKeyOnceAndSaysWhenItsPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            try (Program refused = new Program.Start(home).makima("server", "--port", port)) {
                assertThat(refused.exitCode()).isEqualTo(1);
                assertThat(refused.err()).contains(port).contains("in use");
            }
        }
        try (Program first = new Program.Start(home).makima("server", "--port", "0")) {
            first.awaitText("mk_");
            first.awaitText("http://127.0.0.1:");
            first.signal("TERM");
            assertThat(first.exitCode()).isIn(0, 143);
        }
        try (Program again = new Program.Start(home).makima("server", "--port", "0")) {
            again.awaitText("http://127.0.0.1:");
            again.signal("TERM");
            assertThat(again.exitCode()).isIn(0, 143);
            // Of all that it has ever said.
            assertThat(again.out() + again.err()).doesNotContainPattern("mk_[A-Za-z0-9_-]{20}");
        }
    }

    @Test
    void aDatabaseThatIsNoneIsLeftAsItIs() throws IOException {
        Path makima = Files.createDirectory(home.resolve(".makima"));
        Path file = Files.writeString(makima.resolve("server.db"), "this is no database, and precious all the same\n");
        try (Program refused = new Program.Start(home).makima("server", "--port", "0")) {
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains(file.toString());
        }
        assertThat(Files.readString(file)).startsWith("this is no database");
    }
}
