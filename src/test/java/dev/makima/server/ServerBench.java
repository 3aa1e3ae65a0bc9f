package dev.makima.server;

import dev.makima.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A server for each test, on a fresh database of each kind. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
abstract class ServerBench {
    @Parameter
    @SuppressWarnings("NullAway.Init") // JUnit does
    TestDatabase database;

    @TempDir
    Path directory;

    TestServer server;

    @BeforeEach
    void begin() {
        server = new TestServer(database, directory);
    }

    @AfterEach
    void end() {
        server.close();
    }
}
