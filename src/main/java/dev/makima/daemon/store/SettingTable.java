package dev.makima.daemon.store;

import dev.makima.sql.Session;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of table setting. */
final class SettingTable {
    void set(Session session, String name, @Nullable String value) throws SQLException {
        session.update("DELETE FROM setting WHERE name = ?", name);
        if (value != null) {
            session.update("INSERT INTO setting (name, value) VALUES (?, ?)", name, value);
        }
    }

    Optional<String> get(Session session, String name) throws SQLException {
        return session.one("SELECT value FROM setting WHERE name = ?", row -> row.text("value"), name);
    }
}
