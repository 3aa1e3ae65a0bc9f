package dev.makima.sql;

import dev.makima.base.DiskAlarm;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of a PostgreSQL server. It has to be of its own, or makima's tables in a schema of their own ("?currentSchema="
 * in the URL).
 *
 * <p>Transactions that write take a lock of the database first, so that they run one after the other, as with SQLite:
 * what is right there is right here, whichever number of servers write. The price is small, since each of them carries
 * all writes that waited.
 */
final class PostgresServer implements Engine {
    /** Older ones get no corrections any more. */
    private static final int OLDEST = 14;

    /** Longer than any transaction pauses: where a server stops in the middle of its own, the others' wait is over. */
    private static final String LIMITS =
            "set idle_in_transaction_session_timeout = '30s'; set client_min_messages = warning";

    /**
     * Sessions find rows by keys. A plan is made when a table is young, or from what was counted then, and kept: one that
     * reads all of a table, which is right for ten rows, would be gone through for thousands. (The penalty for such plans
     * looks dear enough to the just-in-time compiler to be worth its while, which it never is here.) The lists and sums of
     * {@link #readSource} are left to the planner.
     */
    private static final String BY_KEYS = "set enable_seqscan = off; set jit = off";

    private static final int CONNECT_SECONDS = 10;
    private static final int ANSWER_SECONDS = 60;

    private static final Pattern IDENTITY = Pattern.compile("\\binteger primary key\\b");

    private final PostgresSettings settings;
    private final PostgresUse use;

    PostgresServer(PostgresSettings settings) {
        this.settings = settings;
        this.use = new PostgresUse(settings);
    }

    @Override
    public Session openWriter() {
        return setUp(open(false), session -> {
            session.execute(LIMITS);
            session.execute(BY_KEYS);
            check(session);
            use.share(session);
            new Migrations(this, settings).apply(session);
        });
    }

    @Override
    public void requireOurs() {
        try (Session session = openReader()) {
            if (!isMarked(session)) {
                throw new MakimaException(
                        ErrorCode.NOT_FOUND,
                        "database " + settings.display() + " holds nothing of makima's",
                        "Check the name of the database, and ?currentSchema= where it has a schema of its own");
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    @Override
    public Session openAlone() {
        return setUp(openWriter(), session -> {
            // A copy's statements take as long as they take.
            session.connection().setNetworkTimeout(Runnable::run, 0);
            session.execute("set idle_in_transaction_session_timeout = 0");
            use.takeAlone(session);
        });
    }

    @Override
    public void afterCopy(Session session) throws SQLException {
        record Column(String table, String name) {}
        List<Column> counted = session.query(
                "select table_name, column_name from information_schema.columns"
                        + " where table_schema = current_schema() and is_identity = 'YES'",
                row -> new Column(row.text("table_name"), row.text("column_name")));
        for (Column column : counted) {
            session.one(
                    "select setval(pg_get_serial_sequence(?, ?), (select coalesce(max(" + column.name()
                            + "), 0) + 1 from " + column.table() + "), false) as next",
                    row -> row.number("next"),
                    column.table(),
                    column.name());
        }
    }

    @Override
    public Session openReader() {
        return setUp(open(true), session -> session.execute(BY_KEYS));
    }

    private Session open(boolean readOnly) {
        try {
            return new Session(source(readOnly).getConnection());
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    @Override
    public DataSource readSource() {
        return LastingConnections.of(source(true));
    }

    private PGSimpleDataSource source(boolean readOnly) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        try {
            source.setURL(settings.jdbcUrl().reveal());
        } catch (IllegalArgumentException e) {
            // Its text holds the whole URL, password and all.
            throw error("database.url is no valid JDBC URL", "Write it as postgresql://user@host:5432/database");
        }
        if (source.getPassword() == null) {
            settings.password().ifPresent(password -> source.setPassword(password.reveal()));
        }
        source.setApplicationName("makima");
        source.setTcpKeepAlive(true);
        source.setReWriteBatchedInserts(true);
        source.setLoginTimeout(CONNECT_SECONDS);
        if (source.getSocketTimeout() == 0) {
            source.setSocketTimeout(ANSWER_SECONDS);
        }
        if (readOnly) {
            source.setReadOnly(true);
            source.setReadOnlyMode("always");
        }
        return source;
    }

    private void check(Session session) throws SQLException {
        record Server(int version, String encoding, String schema, boolean readOnly, boolean forgets) {}
        Server server = session.one(
                        "select current_setting('server_version_num')::int as version,"
                                + " current_setting('server_encoding') as encoding,"
                                + " coalesce(current_schema(), '') as schema,"
                                + " pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as read_only,"
                                + " current_setting('synchronous_commit') = 'off' as forgets",
                        row -> new Server(
                                row.integer("version"),
                                row.text("encoding"),
                                row.text("schema"),
                                row.flag("read_only"),
                                row.flag("forgets")))
                .orElseThrow();
        checkVersion(server.version());
        if (!server.encoding().equals("UTF8")) {
            throw error(
                    "its encoding is " + server.encoding() + ", which cannot hold every text",
                    "Make one for makima: CREATE DATABASE makima ENCODING 'UTF8' TEMPLATE template0");
        }
        if (server.schema().isEmpty()) {
            throw error(
                    "the schema of its user does not exist",
                    "Make it with CREATE SCHEMA, or name one that there is by ?currentSchema= in database.url");
        }
        if (server.readOnly()) {
            throw error(
                    "it can only be read",
                    "Name the primary server in database.url (with several hosts: ?targetServerType=primary)");
        }
        if (server.forgets()) {
            // What is acknowledged has to be on the disk, whatever the rest of the server is content with.
            session.execute("set synchronous_commit = on");
        }
    }

    /** Checks that the server is not too old. */
    void checkVersion(int number) {
        if (number < OLDEST * 10_000) {
            throw error(
                    "PostgreSQL " + number / 10_000 + " is too old",
                    "Use a server of PostgreSQL " + OLDEST + " or newer");
        }
    }

    @Override
    public void begin(Session session) throws SQLException {
        // One way to the server for both. Each statement sees what was committed before it, the lock's holders'
        // included.
        session.execute("begin isolation level read committed; select pg_advisory_xact_lock(" + settings.applicationId()
                + ", hashtext(current_schema()))");
    }

    @Override
    public void beginRead(Session session) throws SQLException {
        session.execute("begin isolation level repeatable read read only");
    }

    @Override
    public boolean hasCheapSavepoints() {
        return false;
    }

    /** The few words of our schemas in which the two differ. */
    @Override
    public String translated(String sql) {
        return IDENTITY.matcher(sql)
                .replaceAll("bigint generated by default as identity primary key")
                .replaceAll("\\bblob\\b", "bytea")
                .replaceAll("\\binstr\\(", "strpos(")
                .replaceAll("\\) without rowid;", ");");
    }

    @Override
    public boolean isMarked(Session session) throws SQLException {
        record Tables(long count, String mark) {}
        Tables tables = session.one(
                        "select count(*) as n, coalesce(max(case when c.relname = 'schema_version' then"
                                + " obj_description(c.oid, 'pg_class') end), '') as mark from pg_class c"
                                + " join pg_namespace n on n.oid = c.relnamespace"
                                + " where n.nspname = current_schema() and c.relkind in ('r', 'p')",
                        row -> new Tables(row.number("n"), row.text("mark")))
                .orElseThrow();
        if (tables.mark().equals(mark())) {
            return true;
        }
        if (tables.count() > 0) {
            throw error(
                    "it belongs to another program",
                    "Nothing was changed: name an empty database, or a schema of its own by ?currentSchema=");
        }
        return false;
    }

    @Override
    public void mark(Session session) throws SQLException {
        session.execute("comment on table schema_version is '" + mark() + "'");
    }

    private String mark() {
        return "makima:" + settings.applicationId();
    }

    @Override
    public MakimaException failure(SQLException e) {
        return PostgresErrors.of(settings.display(), e);
    }

    @Override
    public MakimaException error(String what, String cure) {
        return PostgresErrors.error(settings.display(), what, cure, null);
    }

    @Override
    public MakimaException newer(int found, int known) {
        return new UnusableDatabaseException(
                settings.display(),
                UnusableDatabaseException.Reason.NEWER,
                "it was set up by a newer makima (schema " + found + ", this one knows " + known + ")",
                "Use the newer makima, or another database",
                null);
    }

    /** Its own checksums and tools look after that. */
    @Override
    public void refuseDamaged(Session session, long mostBytes) {}

    @Override
    public Optional<DiskAlarm> disk() {
        return Optional.empty();
    }

    @Override
    public boolean isLost(SQLException e) {
        return PostgresErrors.isLost(e);
    }
}
