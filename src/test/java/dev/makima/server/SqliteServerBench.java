package dev.makima.server;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server for each test, on a fresh SQLite database: for what is the same on every database. */
abstract class SqliteServerBench {
    @TempDir
    Path directory;

    TestServer server;

    @BeforeEach
    void begin() {
        server = new TestServer(directory);
    }

    @AfterEach
    void end() {
        server.close();
    }
}
