package dev.makima.jar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.Executable;
import dev.makima.testkit.HostileAgent;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another build is there while a daemon of the one before runs, both started by the script as people do. */
class UpgradeIT {
    private static final String KEY = "mk_upgrade-test-key";
    private static final Duration PATIENCE = Program.PATIENCE;

    @TempDir
    private Path temp;

    private Vertx vertx;
    private Path home;
    private Path lib;
    private Path checkout;

    @BeforeEach
    void prepare() throws IOException {
        vertx = Vertx.vertx();
        home = Files.createDirectory(temp.resolve("home"));
        lib = home.resolve(".makima/lib");
        checkout = temp.resolve("checkout");
        Files.createDirectories(checkout.resolve("scripts"));
        Files.createDirectories(checkout.resolve("target"));
        for (String name : List.of("makima", "find-jdk")) {
            Executable.install(Path.of("scripts", name).toAbsolutePath(), checkout.resolve("scripts/" + name));
        }
        Files.copy(Program.Start.built(), checkout.resolve("target/makima.jar"));
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private Program start(String... arguments) throws IOException {
        Path agent = new HostileAgent(Files.createDirectories(temp.resolve("agents"))).echoes();
        return new Program.Start(home)
                .with("MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", agent.toString())
                .by(checkout.resolve("scripts/makima"), arguments);
    }

    /** As a build leaves it: another file in the same place. */
    private void build() throws IOException {
        Path next = Files.copy(Program.Start.built(), checkout.resolve("next.jar"));
        try (var jar = FileSystems.newFileSystem(next)) {
            Files.writeString(jar.getPath("another-build"), "changed");
        }
        Files.move(next, checkout.resolve("target/makima.jar"), StandardCopyOption.REPLACE_EXISTING);
    }

    private List<Path> copies() throws IOException {
        try (Stream<Path> all = Files.list(lib)) {
            return all.filter(one -> Files.exists(one.resolve("makima.jar"))).toList();
        }
    }

    private static void lastUsed(Path copy, int daysAgo) throws IOException {
        Files.setLastModifiedTime(
                copy.resolve("used"), FileTime.from(Instant.now().minus(Duration.ofDays(daysAgo))));
    }

    @Test
    void theDaemonGoesOnAndTheNextOneOfTheOtherBuildNamesItUntilItHasEnded() throws IOException {
        try (BaseServer server = BaseServer.start(vertx, KEY)) {
            String[] daemon = {"daemon", "--server-url", server.uri().toString(), "--api-key", KEY};
            try (Program first = start(daemon)) {
                server.awaitHandshakes(1, PATIENCE);
                Path inUse = copies().getFirst();
                lastUsed(inUse, 30);
                Path unused = Files.createDirectory(lib.resolve("0".repeat(64)));
                Files.createFile(unused.resolve("used"));
                lastUsed(unused, 30);

                build();
                try (Program second = start(daemon)) {
                    assertThat(second.exitCode()).as(second.err()).isEqualTo(1);
                    assertThat(second.err())
                            .contains("another daemon", Long.toString(first.pid()))
                            .contains(home.resolve(".makima").toString())
                            .doesNotContain("\tat ");
                }
                assertThat(copies()).hasSize(2).contains(inUse);
                // What nobody has used for a week goes then, but for what is in use.
                Await.until(PATIENCE, "what is unused to go", () -> !Files.exists(unused));
                assertThat(inUse.resolve("makima.jar")).exists();
                assertThat(server.handshakes()).isEqualTo(1);
                first.signal("TERM");
                assertThat(first.exitCode()).as(first.err()).isZero();
            }
            try (Program next = start(daemon)) {
                server.awaitHandshakes(2, PATIENCE);
                next.signal("TERM");
                assertThat(next.exitCode()).as(next.err()).isZero();
            }
        }
    }
}
