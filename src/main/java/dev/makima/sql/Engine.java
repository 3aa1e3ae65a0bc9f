package dev.makima.sql;

import dev.makima.base.DiskAlarm;
import dev.makima.base.MakimaException;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A kind of database: how its sessions are opened, how its transactions begin, and what its failures mean. Everything
 * else is the same SQL for all. Thread-safe.
 */
sealed interface Engine permits SqliteFile, PostgresServer {
    /** The engine for these settings. */
    static Engine of(DatabaseSettings settings) {
        return switch (settings) {
            case SqliteSettings sqlite -> new SqliteFile(sqlite);
            case PostgresSettings postgres -> new PostgresServer(postgres);
        };
    }

    /**
     * Makes the database usable: brings its schema up to date.
     *
     * @return a session that writes
     * @throws MakimaException where it cannot be used; it is as it was then
     */
    Session openWriter();

    /** Opens a session that can only read. A writer was opened before. */
    Session openReader();

    /**
     * Makes sure that there is a database of ours, without making one.
     *
     * @throws MakimaException NOT_FOUND where there is none
     */
    void requireOurs();

    /**
     * Opens the database for its one user, schema brought up to date: until this session is closed no other process can
     * open it.
     *
     * @throws MakimaException CONFLICT where another process has it open
     */
    Session openAlone();

    /** Numbers that are given out go on behind those that were copied; within the copy's transaction. */
    void afterCopy(Session session) throws SQLException;

    /** Connections that can only read, for whoever pools them. */
    DataSource readSource();

    /**
     * Begins a transaction that writes. From here to its end no other one of this database runs, in any process: what is
     * read in it stays true until it is committed.
     *
     * @throws SQLException where the others do not end in time
     */
    void begin(Session session) throws SQLException;

    /** Begins a transaction that reads one state of the database. */
    void beginRead(Session session) throws SQLException;

    /** Whether savepoints cost next to nothing. */
    boolean hasCheapSavepoints();

    /** A schema step, written for SQLite, in this database's own words. */
    String translated(String sql);

    /** Whether the database, looked at within a writing transaction, is marked as ours. */
    boolean isMarked(Session session) throws SQLException;

    /** Marks it as ours. */
    void mark(Session session) throws SQLException;

    /** What a failure means to the one who reads it: named by the database and with its cure. */
    MakimaException failure(SQLException e);

    /** An error that names the database. */
    MakimaException error(String what, String cure);

    /** The database was set up by a newer makima. */
    MakimaException newer(int found, int known);

    /**
     * Looks at all of the database, unless it is larger than that: its beginning may be whole where other parts are not, which
     * would come to light bit by bit, long after the start.
     *
     * @throws UnusableDatabaseException where it is damaged
     */
    void refuseDamaged(Session session, long mostBytes) throws SQLException;

    /** What tells of the disk when it is full; none where the disk is another program's. */
    Optional<DiskAlarm> disk();

    /** Whether the connection is gone and another one may do. */
    boolean isLost(SQLException e);
}
