package dev.makima.sql;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Copies a whole database into an empty one, of whichever kind each of them is: all tables, whatever they are, in one
 * transaction of the target, with the numbers of rows compared before it is committed. Blocking, stateless.
 */
public final class DatabaseCopy {
    /** Rows of output can have 256 KiB each. */
    private static final int ROWS_AT_ONCE = 100;

    private final Engine source;
    private final Engine target;

    private DatabaseCopy(Engine source, Engine target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Copies everything. The source is not changed, but that its schema is brought up to date.
     *
     * @return how many rows each table has, in the order in which they were copied
     * @throws MakimaException NOT_FOUND where the source is none of ours; CONFLICT where another program has one of them open, or there is something in the target
     *     already; DB_ERROR where one cannot be used. The target is empty then as it was
     */
    public static Map<String, Long> copy(DatabaseSettings from, DatabaseSettings to) {
        if (from.display().equals(to.display())) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "both are the database " + from.display(), "Name two different ones");
        }
        return new DatabaseCopy(Engine.of(from), Engine.of(to)).run();
    }

    private Map<String, Long> run() {
        source.requireOurs();
        try (Session reading = source.openAlone()) {
            // Without this, PostgreSQL's driver takes whole tables into memory.
            reading.connection().setAutoCommit(false);
            try (Session writing = target.openAlone()) {
                return run(reading, writing);
            } catch (SQLException e) {
                throw target.failure(e);
            }
        } catch (SQLException e) {
            throw source.failure(e);
        }
    }

    /** Failures of the source come out as what they mean; those that are left are the target's. */
    private Map<String, Long> run(Session reading, Session writing) throws SQLException {
        Connection from = reading.connection();
        Connection to = writing.connection();
        to.setAutoCommit(false);
        try {
            Map<String, Long> counts = new LinkedHashMap<>();
            for (String table : tables(to)) {
                if (count(to, table) > 0) {
                    throw new MakimaException(
                            ErrorCode.CONFLICT,
                            target.error("there is something in it already (table " + table + ")", "")
                                    .what(),
                            "Name an empty database; nothing was changed");
                }
                counts.put(table, copy(from, to, table));
            }
            check(from, to, counts);
            target.afterCopy(writing);
            to.commit();
            return counts;
        } catch (SQLException | RuntimeException e) {
            to.rollback();
            throw e;
        }
    }

    private void check(Connection from, Connection to, Map<String, Long> counts) throws SQLException {
        for (Map.Entry<String, Long> copied : counts.entrySet()) {
            long there = count(to, copied.getKey());
            long here = countHere(from, copied.getKey());
            if (there != here || there != copied.getValue()) {
                throw new MakimaException(
                        ErrorCode.INTERNAL,
                        "table " + copied.getKey() + " has " + here + " rows and its copy " + there,
                        "Nothing was changed; please report this");
            }
        }
    }

    private long copy(Connection from, Connection to, String table) throws SQLException {
        long copied = 0;
        try (Statement select = from.createStatement()) {
            select.setFetchSize(ROWS_AT_ONCE);
            ResultSet rows = sourceRows(select, table);
            ResultSetMetaData columns = rows.getMetaData();
            try (PreparedStatement insert = to.prepareStatement(insert(table, columns))) {
                int waiting = 0;
                while (next(rows)) {
                    for (int i = 1; i <= columns.getColumnCount(); i++) {
                        Object value = rows.getObject(i);
                        insert.setObject(i, value instanceof String text ? Session.storable(text) : value);
                    }
                    insert.addBatch();
                    copied++;
                    if (++waiting == ROWS_AT_ONCE) {
                        insert.executeBatch();
                        waiting = 0;
                    }
                }
                insert.executeBatch();
            }
        }
        return copied;
    }

    private ResultSet sourceRows(Statement select, String table) {
        try {
            return select.executeQuery("select * from " + table);
        } catch (SQLException e) {
            throw source.failure(e);
        }
    }

    private boolean next(ResultSet rows) {
        try {
            return rows.next();
        } catch (SQLException e) {
            throw source.failure(e);
        }
    }

    private long countHere(Connection from, String table) {
        try {
            return count(from, table);
        } catch (SQLException e) {
            throw source.failure(e);
        }
    }

    private static String insert(String table, ResultSetMetaData columns) throws SQLException {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            names.add(columns.getColumnName(i));
        }
        return "insert into " + table + " (" + String.join(", ", names) + ") values ("
                + String.join(", ", Collections.nCopies(names.size(), "?")) + ")";
    }

    private static long count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from " + table)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** All of our tables, each behind those that it refers to. */
    private static List<String> tables(Connection connection) throws SQLException {
        Map<String, Set<String>> refersTo = new HashMap<>();
        var metadata = connection.getMetaData();
        String schema = connection.getSchema();
        try (ResultSet found = metadata.getTables(null, schema, "%", new String[] {"TABLE"})) {
            while (found.next()) {
                String name = found.getString("TABLE_NAME");
                if (!name.equals("schema_version") && !name.startsWith("sqlite_")) {
                    refersTo.put(name, new HashSet<>());
                }
            }
        }
        for (Map.Entry<String, Set<String>> table : refersTo.entrySet()) {
            try (ResultSet keys = metadata.getImportedKeys(null, schema, table.getKey())) {
                while (keys.next()) {
                    table.getValue().add(keys.getString("PKTABLE_NAME"));
                }
            }
            table.getValue().remove(table.getKey());
        }
        List<String> ordered = new ArrayList<>();
        while (!refersTo.isEmpty()) {
            List<String> ready = refersTo.entrySet().stream()
                    .filter(table -> ordered.containsAll(table.getValue()))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
            if (ready.isEmpty()) {
                throw new MakimaException(ErrorCode.INTERNAL, "tables refer to each other in a circle: " + refersTo);
            }
            ordered.addAll(ready);
            ready.forEach(refersTo::remove);
        }
        return ordered;
    }
}
