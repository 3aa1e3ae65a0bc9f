package dev.makima.sql;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings a database's schema up to date: the files V001__name.sql, V002__…, each applied once, in order, in one
 * transaction of its own, and written down with its checksum in schema_version.
 *
 * <p>A statement ends with a semicolon at the end of a line; lines that start with "--" are comments. Files that were
 * released are never changed, only added: a changed one is refused, since no two databases would be alike after it.
 * The file "index.txt" names them, since a jar has no directories to list.
 */
final class Migrations {
    private static final Pattern NAME = Pattern.compile("V(\\d{3})__([a-z0-9_]+)\\.sql");

    private final Engine engine;
    private final DatabaseSettings settings;

    private record Migration(int version, String name, String checksum, String sql) {}

    private record Applied(int version, String checksum) {}

    Migrations(Engine engine, DatabaseSettings settings) {
        this.engine = engine;
        this.settings = settings;
    }

    /**
     * Applies what is missing. Two processes that do this at once wait for each other.
     *
     * @throws MakimaException DB_ERROR where the schema is newer than this program, or was changed
     */
    void apply(Session session) throws SQLException {
        List<Migration> known = load();
        prepare(session);
        checkNewest(session, known);
        for (Migration migration : known) {
            applyOne(session, migration);
        }
        // Another process may have been faster, and newer.
        checkNewest(session, known);
    }

    /** Writes down whose database this is, once: opening it again must not change it. */
    private void prepare(Session session) throws SQLException {
        engine.begin(session);
        try {
            if (!engine.isMarked(session)) {
                session.execute("create table schema_version ("
                        + "version integer primary key, name text not null, checksum text not null, "
                        + "applied_at bigint not null)");
                engine.mark(session);
            }
            session.execute("commit");
        } catch (SQLException | RuntimeException e) {
            rollBack(session, e);
            throw e;
        }
    }

    private void applyOne(Session session, Migration migration) throws SQLException {
        engine.begin(session);
        try {
            var applied = session.one(
                    "select version, checksum from schema_version where version = ?",
                    row -> new Applied(row.integer("version"), row.text("checksum")),
                    migration.version());
            if (applied.isEmpty()) {
                for (String statement : statements(engine.translated(migration.sql()))) {
                    session.execute(statement);
                }
                session.update(
                        "insert into schema_version (version, name, checksum, applied_at) values (?, ?, ?, ?)",
                        migration.version(),
                        migration.name(),
                        migration.checksum(),
                        Instant.now());
            } else if (!applied.get().checksum().equals(migration.checksum())) {
                throw engine.error(
                        "its schema step " + migration.version() + " (" + migration.name()
                                + ") is not the one of this makima",
                        "It was set up by a makima that was never released; use that one, or another database");
            }
            session.execute("commit");
        } catch (SQLException | RuntimeException e) {
            rollBack(session, e);
            throw e;
        }
    }

    /** The newest version that the database has. */
    static int applied(Session session) throws SQLException {
        return session.one("select coalesce(max(version), 0) as v from schema_version", row -> row.integer("v"))
                .orElse(0);
    }

    /** The newest version that this program knows. */
    int newest() {
        List<Migration> known = load();
        return known.isEmpty() ? 0 : known.getLast().version();
    }

    private void checkNewest(Session session, List<Migration> known) throws SQLException {
        int newest = known.isEmpty() ? 0 : known.getLast().version();
        int found = applied(session);
        if (found > newest) {
            throw engine.newer(found, newest);
        }
    }

    private List<Migration> load() {
        String directory = settings.migrations() + "/sqlite/";
        List<Migration> migrations = new ArrayList<>();
        for (String line : resource(directory + "index.txt").lines().toList()) {
            Matcher matcher = NAME.matcher(line);
            if (!matcher.matches() || Integer.parseInt(matcher.group(1)) != migrations.size() + 1) {
                throw new MakimaException(
                        ErrorCode.INTERNAL, "schema step out of order in " + directory + "index.txt: " + line);
            }
            String sql = resource(directory + line);
            migrations.add(new Migration(migrations.size() + 1, matcher.group(2), checksum(sql), sql));
        }
        return migrations;
    }

    private static List<String> statements(String sql) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : sql.lines().toList()) {
            if (line.isBlank() || line.strip().startsWith("--")) {
                continue;
            }
            statement.append(line).append('\n');
            if (line.stripTrailing().endsWith(";")) {
                statements.add(statement.toString());
                statement.setLength(0);
            }
        }
        if (!statement.isEmpty()) {
            throw new MakimaException(ErrorCode.INTERNAL, "a schema step does not end with a semicolon");
        }
        return statements;
    }

    private static String resource(String path) {
        try (InputStream in = Migrations.class.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new MakimaException(ErrorCode.INTERNAL, "the schema file " + path + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.INTERNAL, "the schema file " + path + " can't be read", null, e);
        }
    }

    private static String checksum(String sql) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(sql.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static void rollBack(Session session, Exception e) {
        try {
            session.execute("rollback");
        } catch (SQLException rollback) {
            // It may have been rolled back by itself; the first failure is the one to tell.
            e.addSuppressed(rollback);
        }
    }
}
