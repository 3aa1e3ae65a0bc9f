package dev.makima.jar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server and daemon as processes: started by command, by name with a configuration file, and stopped. */
class ServicesIT {
    private static final String KEY = "mk_services-test-key";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
            long before = System.nanoTime();
            daemon.signal("TERM");
            assertThat(daemon.exitCode()).as(daemon.err()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
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
