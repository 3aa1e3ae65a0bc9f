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
import org.junit.jupiter.params.provider.ValueSource;

/** The files under conf can be used as they are, and say what is true. */
class ExampleFilesTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Path CONF = Path.of("conf");

    @TempDir
    private Path root;

    private Bench bench;

    @BeforeEach
    void makeBench() throws IOException {
        bench = new Bench(root, VERTX);
        bench.variables.put("MAKIMA_API_KEY", Bench.API_KEY);
    }

    @AfterAll
    static void closeVertx() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"makima-daemon.toml", "makima-daemon.yaml", "makima-daemon.json"})
    void aDaemonCanBeStartedWithEachAndHasTheDefaults(String name) {
        bench.variables.put("MAKIMA_DAEMON_SERVER_URL", "ws://localhost:8080");
        DaemonConfig defaults = bench.daemon().config();
        bench.variables.remove("MAKIMA_DAEMON_SERVER_URL");
        bench.explicit = CONF.resolve(name).toAbsolutePath();

        Loaded<DaemonConfig> loaded = bench.daemon();

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config()).isEqualTo(defaults);
    }

    @Test
    void aServerCanBeStartedWithItsFile() {
        ServerConfig defaults = bench.server().config();
        bench.explicit = CONF.resolve("makima-server.toml").toAbsolutePath();
        assertThat(bench.server().warnings()).isEmpty();
        assertThat(bench.server().config()).isEqualTo(defaults);
    }

    @ParameterizedTest
    @ValueSource(strings = {"makima-daemon.toml", "makima-daemon.yaml"})
    void theSettingsInCommentsAreAllTheDefaultsThereAre(String name) throws IOException {
        bench.variables.put("MAKIMA_DAEMON_WORKTREE_DEFAULTTARGETREPO", "/repo");
        bench.explicit(name, switchedOn(name));
        Loaded<DaemonConfig> shown = bench.daemon();

        assertThat(shown.printout().json().fieldNames())
                .allSatisfy(key -> assertThat(
                                shown.printout().json().getJsonObject(key).getString("source"))
                        .as(key)
                        .isNotEqualTo("default"));
        assertThat(shown.warnings()).isEmpty();

        bench.explicit = CONF.resolve(name).toAbsolutePath();
        assertThat(shown.config()).isEqualTo(bench.daemon().config());
    }

    @Test
    void theServersSettingsInCommentsAreAllTheDefaultsThereAre() throws IOException {
        bench.explicit("server.toml", switchedOn("makima-server.toml"));
        Loaded<ServerConfig> shown = bench.server();

        // A password has no default that could be shown.
        assertThat(shown.print().replaceFirst("# database.password is not set +# default", ""))
                .doesNotContain("# default");
        assertThat(shown.warnings()).isEmpty();

        bench.explicit = null;
        assertThat(shown.config()).isEqualTo(bench.server().config());
    }

    /** A "#" before a setting has no space after it; before prose it has. */
    private static String switchedOn(String name) throws IOException {
        return Files.readAllLines(CONF.resolve(name)).stream()
                .map(line -> line.replaceFirst("^( *)#(?! )", "$1"))
                .map(line -> line.replace("mk_…", "mk_example"))
                .collect(Collectors.joining("\n"));
    }
}
