package dev.makima.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TOML as a format of Vert.x Config, found as any of its formats. */
class TomlProcessorTest {
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    private Path directory;

    @AfterAll
    static void closeVertx() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private JsonObject read(String toml) throws IOException {
        Path file = Files.writeString(directory.resolve("x.toml"), toml);
        ConfigStoreOptions store = new ConfigStoreOptions()
                .setType("file")
                .setFormat("toml")
                .setConfig(new JsonObject().put("path", file.toString()));
        ConfigRetriever retriever = ConfigRetriever.create(
                VERTX, new ConfigRetrieverOptions().addStore(store).setScanPeriod(-1));
        return retriever.getConfig().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aRetrieverReadsEveryKindOfValue() throws IOException {
        assertThat(read("""
                whole = 1
                long = 21474836480
                huge = 99999999999999999999
                part = 1.5
                text = "é \\n"
                flag = true
                when = 1979-05-27
                list = [1, "a", [true]]
                [a.b]
                c = 'd'
                [[t]]
                n = 1
                [[t]]
                n = 2
                """))
                .isEqualTo(new JsonObject()
                        .put("whole", 1)
                        .put("long", 21474836480L)
                        .put("huge", new BigInteger("99999999999999999999"))
                        .put("part", 1.5)
                        .put("text", "é \n")
                        .put("flag", true)
                        .put("when", "1979-05-27")
                        .put("list", new JsonArray().add(1).add("a").add(new JsonArray().add(true)))
                        .put("a", new JsonObject().put("b", new JsonObject().put("c", "d")))
                        .put(
                                "t",
                                new JsonArray()
                                        .add(new JsonObject().put("n", 1))
                                        .add(new JsonObject().put("n", 2))));
    }

    @Test
    void anEmptyFileIsAnEmptyTree() throws IOException {
        assertThat(read("# nothing\n")).isEqualTo(new JsonObject());
    }

    @Test
    void whatIsNoTomlFails() {
        assertThatThrownBy(() -> read("a = \n")).hasCauseInstanceOf(DecodeException.class);
    }
}
