package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.config.ServerConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerStartTest {
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path directory;

    @AfterEach
    void end() {
        TestServer.await(vertx.close());
    }

    @Test
    void aPortThatIsTakenIsToldAbout() {
        try (TestServer server = new TestServer(directory.resolve("a"))) {
            var config = TestServer.config(directory.resolve("b"), server.server.port(), Duration.ofSeconds(60));
            MakimaException failure = failure(MakimaServer.start(vertx, config));
            assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(failure.explain()).contains(":" + server.server.port()).contains("http.port");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsToldAboutAsOne() {
        ServerConfig own = TestServer.config(directory, 0, Duration.ofSeconds(60));
        // An address of examples: no machine has it.
        ServerConfig foreign = new ServerConfig(
                new ServerConfig.Http("192.0.2.1", 0),
                own.database(),
                own.tasks(),
                own.checkpoints(),
                own.history(),
                own.limits(),
                own.directives(),
                own.home(),
                own.logging());
        MakimaException failure = failure(MakimaServer.start(vertx, foreign));
        assertThat(failure.explain())
                .contains("192.0.2.1:0", "Set http.host to an address of this machine")
                .doesNotContain("End the program");
    }

    @Test
    void aFileThatIsNoDatabaseIsToldAbout() throws IOException {
        Files.writeString(directory.resolve("server.db"), "not a database".repeat(100));
        MakimaException failure =
                failure(MakimaServer.start(vertx, TestServer.config(directory, 0, Duration.ofSeconds(60))));
        assertThat(failure.code()).isEqualTo(ErrorCode.DB_ERROR);
        assertThat(failure.explain()).contains(directory.resolve("server.db").toString());
    }

    @Test
    void aDatabaseWithADamagedPageIsToldAboutAndLeftAsItIs() throws IOException {
        byte[] whole = made();
        byte[] damaged = whole.clone();
        // Behind the header and the schema: what opening reads is sound.
        java.util.Arrays.fill(damaged, damaged.length - 8192, damaged.length, (byte) 0x5a);
        assertRefused(damaged, "is damaged");
        startsWith(whole);
    }

    @Test
    void aTruncatedDatabaseIsToldAboutAndLeftAsItIs() throws IOException {
        byte[] whole = made();
        assertRefused(java.util.Arrays.copyOf(whole, 4096), "is damaged");
        startsWith(whole);
    }

    @Test
    void theDatabaseOfANewerServerIsToldAboutAndLeftAsItIs() throws Exception {
        byte[] whole = made();
        execute("insert into schema_version (version, name, checksum, applied_at) values (999, 'later', 'x', 0)");
        assertRefused(Files.readAllBytes(file()), "set up by a newer makima");
        startsWith(whole);
    }

    @Test
    void theDatabaseOfAnotherProgramIsToldAboutAndLeftAsItIs() throws Exception {
        execute("create table theirs (id integer)");
        assertRefused(Files.readAllBytes(file()), "belongs to another program");
        Files.delete(file());
        assertThat(made()).isNotEmpty();
    }

    private Path file() {
        return directory.resolve("server.db");
    }

    /** A server's database with a key in it, closed in order. */
    private byte[] made() throws IOException {
        MakimaServer server =
                TestServer.await(MakimaServer.start(vertx, TestServer.config(directory, 0, Duration.ofSeconds(60))));
        TestServer.await(server.createKey("kept"));
        TestServer.await(server.close());
        return Files.readAllBytes(file());
    }

    private void execute(String sql) throws java.sql.SQLException {
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void assertRefused(byte[] content, String why) throws IOException {
        Files.write(file(), content);
        MakimaException failure =
                failure(MakimaServer.start(vertx, TestServer.config(directory, 0, Duration.ofSeconds(60))));
        assertThat(failure.code()).isEqualTo(ErrorCode.DB_ERROR);
        assertThat(failure.explain()).contains(file().toString()).contains(why);
        assertThat(failure.cure()).isPresent();
        assertThat(Files.readAllBytes(file())).isEqualTo(content);
        try (var beside = Files.list(directory)) {
            // Nothing was put aside or made anew: a server without its tasks would do harm.
            assertThat(beside.filter(path -> path.getFileName().toString().contains("aside")))
                    .isEmpty();
        }
    }

    /** After the cure it works, with what it had. */
    private void startsWith(byte[] whole) throws IOException {
        for (String left : new String[] {"server.db-wal", "server.db-shm"}) {
            Files.deleteIfExists(directory.resolve(left));
        }
        Files.write(file(), whole);
        MakimaServer server =
                TestServer.await(MakimaServer.start(vertx, TestServer.config(directory, 0, Duration.ofSeconds(60))));
        // Its first key was made before.
        assertThat(server.firstKey()).isEmpty();
        TestServer.await(server.close());
    }

    @Test
    void aProgramCanMakeKeysForItself() {
        MakimaServer server =
                TestServer.await(MakimaServer.start(vertx, TestServer.config(directory, 0, Duration.ofSeconds(60))));
        assertThat(TestServer.await(server.createKey("embedded")).secret().reveal())
                .startsWith("mk_");
        assertThat(server.port()).isPositive();
        TestServer.await(server.close());
    }

    @Test
    void itIsDeployedByNameWithATreeOfItsConfiguration() {
        JsonObject tree = new JsonObject()
                .put("home", directory.toString())
                .put("http", new JsonObject().put("port", 0))
                .put(
                        "database",
                        new JsonObject()
                                .put("url", directory.resolve("named.db").toString()));
        TestServer.await(vertx.deployVerticle(
                "java:" + ServerVerticle.class.getName(), new DeploymentOptions().setConfig(tree)));
        assertThat(directory.resolve("named.db")).exists();
    }

    private static MakimaException failure(Future<?> future) {
        MakimaException[] found = new MakimaException[1];
        assertThatThrownBy(
                        () -> future.toCompletionStage().toCompletableFuture().join())
                .cause()
                .isInstanceOfSatisfying(MakimaException.class, e -> found[0] = e);
        return found[0];
    }
}
