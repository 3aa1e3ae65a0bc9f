package dev.makima.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the SQLite database of a server, or of a daemon, from outside, also while that runs. For one thread. */
final class ServerDatabase {
    private final Path file;

    ServerDatabase(Path file) {
        this.file = file;
    }

    /** A run as the server knows it. */
    record RunRow(String id, String daemonId, long fence, long createdAt) {}

    /** A copy as of one moment. */
    void copyTo(Path copy) throws SQLException {
        try (Connection connection = open();
                PreparedStatement statement = connection.prepareStatement("vacuum into ?")) {
            statement.setString(1, copy.toString());
            statement.execute();
        }
    }

    /** Puts a copy in its place; the server must not run. */
    void restore(Path copy) throws IOException {
        for (String part : List.of("-wal", "-shm")) {
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + part));
        }
        Files.copy(copy, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The task's runs, in the order of their hand-overs. */
    List<RunRow> runs(String taskId) throws SQLException {
        return query(
                "select id, daemon_id, fence, created_at from run where task_id = ? order by fence, created_at",
                row -> new RunRow(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)),
                taskId);
    }

    /** The hand-overs of a daemon's runs of a task: for a daemon's database, which has the same name for them. */
    List<Long> numbers(String taskId) throws SQLException {
        return query("select fence from run where task_id = ?", row -> row.getLong(1), taskId);
    }

    /** A number that a query gives, 0 where it gives nothing. */
    long number(String sql, Object... parameters) throws SQLException {
        List<Long> found = query(sql, row -> row.getLong(1), parameters);
        return found.isEmpty() ? 0 : found.getFirst();
    }

    /** What the server has of a run's stream. */
    byte[] output(String runId, String stream) throws SQLException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        query(
                        "select c.bytes from output_chunk c join output_stream s on s.id = c.stream_id"
                                + " where s.run_id = ? and s.stream = ? order by c.start_offset",
                        row -> row.getBytes(1),
                        runId,
                        stream)
                .forEach(whole::writeBytes);
        return whole.toByteArray();
    }

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, Reader<T> reader, Object... parameters) throws SQLException {
        List<T> found = new ArrayList<>();
        try (Connection connection = open();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
            }
        }
        return found;
    }

    private Connection open() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (var statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 10000");
        }
        return connection;
    }
}
