package dev.makima.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.UUID;

/** A second owner: no route makes one, so it is put into the SQLite database of a running server. Stateless. */
final class SecondOwner {
    private SecondOwner() {}

    /** Adds one, with a key. */
    static void add(Path directory, String key) throws SQLException {
        try (Connection database =
                DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("server.db") + "?busy_timeout=20000")) {
            insert(database, "insert into owner (id, name, created_at) values (?, ?, 1)", "other", "other");
            insert(
                    database,
                    "insert into account (id, owner_id, name, created_at) values (?, ?, ?, 1)",
                    "other-account",
                    "other",
                    "other");
            insert(
                    database,
                    "insert into api_key (id, owner_id, account_id, name, hash, prefix, created_at)"
                            + " values (?, ?, ?, ?, ?, ?, 1)",
                    UUID.randomUUID().toString(),
                    "other",
                    "other-account",
                    "other",
                    sha256(key),
                    key.substring(0, 8));
        }
    }

    private static void insert(Connection database, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
