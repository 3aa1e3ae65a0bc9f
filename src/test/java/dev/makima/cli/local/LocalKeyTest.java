package dev.makima.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.Secret;
import dev.makima.config.ConfigLoader;
import dev.makima.config.Environment;
import dev.makima.config.Flags;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKeyTest {
    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void eachServerKeepsItsOwnWhereItsConfigurationSaysThatItsHomeIs() {
        Secret first = key("first");
        Secret second = key("second");
        assertThat(second.reveal()).isNotEqualTo(first.reveal());
        assertThat(key("first").reveal()).as("kept").isEqualTo(first.reveal());
        assertThat(directory.resolve("first/local-key")).hasContent(first.reveal());
        assertThat(Files.exists(directory.resolve("user/.makima/local-key"))).isFalse();
    }

    /** What a start of the server with such a home has as key. */
    private Secret key(String home) {
        JsonObject tree = new JsonObject()
                .put("home", directory.resolve(home).toString())
                .put("http", new JsonObject().put("port", 0));
        Environment environment =
                new Environment(Map.of("HOME", directory.resolve("user").toString()), directory, "Linux");
        ServerProgram server = ServerProgram.start(
                vertx,
                ConfigLoader.serverFromTree(tree, Flags.none(), environment, directory)
                        .config());
        try {
            return LocalKey.of(server, true);
        } finally {
            server.close();
        }
    }
}
