package dev.makima.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What --print-config shows. */
class PrintoutTest {
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    private Path root;

    private Bench bench;

    @BeforeEach
    void makeBench() throws IOException {
        bench = new Bench(root, VERTX).connected();
        bench.flags.put("process.maxConcurrentTasks", "3");
        bench.explicit("mine.toml", """
                [process]
                claudeArgs = ["--say", "a \\"b\\" \\\\ c"]
                envVars = {"MY TOKEN" = "hidden1"}
                [repos]
                autoClone = ["https://user:hidden2@host/o/r"]
                [database]
                url = "postgresql://me:hidden3@db/makima"
                """);
    }

    @AfterAll
    static void closeVertx() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void everyValueHasItsSource() {
        assertThat(bench.daemon().print())
                .containsPattern("(?m)^process.maxConcurrentTasks = 3 +# flag --max-tasks$")
                .containsPattern("(?m)^server.apiKey = \"\\*\\*\\*\\*\" +# variable MAKIMA_API_KEY$")
                .containsPattern("(?m)^process.claudeArgs = .* +# file .*/mine.toml$")
                .containsPattern("(?m)^loop.unchanged = 3 +# default$")
                .containsPattern("(?m)^api.url = \"https://makima.example.com\" +# from server.url$")
                .containsPattern("(?m)^# worktree.defaultTargetRepo is not set +# default$");
        assertThat(bench.daemon().print().lines())
                .hasSize(DaemonKeys.TABLE.keys().size());
    }

    @Test
    void secretsAreMaskedInEveryForm() {
        Loaded<DaemonConfig> daemon = bench.daemon();
        Loaded<ServerConfig> server = bench.server();
        assertThat(daemon.print()
                        + daemon.printJson()
                        + daemon
                        + server.print()
                        + server.printJson()
                        + server
                        + bench.flags()
                        + bench.environment())
                .doesNotContain("hidden", Bench.API_KEY)
                .contains("jdbc:postgresql://db/makima")
                .contains("https://host/o/r");
    }

    @Test
    void thePrintedTextIsAConfigurationFileThatMeansTheSame() {
        Loaded<DaemonConfig> first = bench.daemon();
        bench.flags.clear();
        bench.explicit("again.toml", first.print());
        DaemonConfig again = bench.daemon().config();

        assertThat(again.process().claudeArgs()).containsExactly("--say", "a \"b\" \\ c");
        assertThat(again.process().envVars()).containsOnlyKeys("MY TOKEN");
        assertThat(again.process().maxConcurrentTasks()).isEqualTo(3);
        assertThat(again.worktree()).isEqualTo(first.config().worktree());
    }

    @Test
    void theJsonFormHoldsValueAndSource() {
        JsonObject json = new JsonObject(bench.daemon().printJson());
        assertThat(json.getJsonObject("process.maxConcurrentTasks"))
                .isEqualTo(new JsonObject().put("value", 3).put("source", "flag --max-tasks"));
        assertThat(json.getJsonObject("worktree.defaultTargetRepo"))
                .isEqualTo(new JsonObject().putNull("value").put("source", "default"));
    }
}
