package dev.makima.server;

import dev.makima.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A server for each test, on a fresh database of each kind, with a clock that can be put forward. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
abstract class ServerBench {
    @Parameter
    @SuppressWarnings("NullAway.Init") // JUnit does
    TestDatabase database;

    @TempDir
    Path directory;

    final HandClock clock = new HandClock();
    TestServer server;

    @BeforeEach
    void begin() {
        server = new TestServer(
                TestServer.config(database, directory, 0, Duration.ofSeconds(30)), TestServer.QUICK, clock);
    }

    @AfterEach
    void end() {
        server.close();
    }
}
