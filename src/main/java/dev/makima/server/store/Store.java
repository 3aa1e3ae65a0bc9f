package dev.makima.server.store;

import dev.makima.base.MakimaException;
import dev.makima.config.DatabaseUrl;
import dev.makima.config.ServerConfig;
import dev.makima.sql.Database;
import dev.makima.sql.DatabaseCopy;
import dev.makima.sql.DatabaseSettings;
import dev.makima.sql.SqliteSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The server's database and its tables. Thread-safe.
 *
 * <p>Futures complete on the Vert.x context they were asked for on; off Vert.x, on the writer's thread, which must not
 * be held up.
 */
public final class Store {
    private static final String MIGRATIONS = "dev/makima/server/store/sql";

    /** A larger one is not looked at as a whole: nobody waits minutes for a server. */
    private static final long CHECKED_BYTES = 512L << 20;

    private final Vertx vertx;
    private final Database database;
    private final Chronicle chronicle;
    private final Reads reads;
    /** This server, from its start to its end. */
    private final UUID node = UUID.randomUUID();

    private final NodeTable nodes;
    private final Instant opened;

    private Store(Vertx vertx, Database database, Reads reads, boolean alone, Instant opened) {
        this.vertx = vertx;
        this.database = database;
        this.chronicle = new Chronicle(database);
        this.reads = reads;
        this.nodes = new NodeTable(database, node, alone);
        this.opened = opened;
    }

    /**
     * Opens the database; a file is made where it is missing.
     *
     * @param now the time; every daemon that is not connected to another living server counts as disconnected from then on
     * @return fails with a MakimaException DB_ERROR where the database can't be used, UNAVAILABLE where its server does
     *     not answer
     */
    public static Future<Store> open(Vertx vertx, DatabaseSettings settings, Instant now) {
        return vertx.executeBlocking(() -> openNow(vertx, settings, now), false)
                .map(store -> Objects.requireNonNull(store, "opened"))
                .compose(store -> store.nodes()
                        .begin(now)
                        .compose(_ -> store.handOvers().renewAll(now))
                        .compose(_ -> store.handOvers().nobodyHeard())
                        .map(store));
    }

    private static Store openNow(Vertx vertx, DatabaseSettings settings, Instant now) {
        Database database = Database.open(settings);
        try {
            database.refuseDamaged(CHECKED_BYTES);
            boolean alone = settings instanceof SqliteSettings;
            return new Store(vertx, database, new Reads(vertx, database), alone, now);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** The server's database as the configuration names it. */
    public static DatabaseSettings settings(ServerConfig.Database configured) {
        return switch (configured.url()) {
            case DatabaseUrl.Sqlite sqlite -> DatabaseSettings.sqlite(sqlite.file(), MIGRATIONS);
            case DatabaseUrl.Postgres postgres ->
                DatabaseSettings.postgres(postgres.jdbcUrl(), configured.password(), postgres.display(), MIGRATIONS);
        };
    }

    /**
     * Copies all of a server's database into an empty one, while no server has either open. Blocks, as long as it takes.
     *
     * @return how many rows each table has
     * @throws dev.makima.base.MakimaException see {@link DatabaseCopy#copy}
     */
    public static Map<String, Long> copy(ServerConfig.Database from, ServerConfig.Database to) {
        return DatabaseCopy.copy(settings(from), settings(to));
    }

    /** The API keys and whose they are. */
    public KeyTable keys() {
        return new KeyTable(database, reads);
    }

    /** The daemons. */
    public DaemonTable daemons() {
        return new DaemonTable(database, reads, node);
    }

    /** What is kept for a time only. */
    public TrimTable trim() {
        return new TrimTable(database);
    }

    /** The servers that use this database. */
    public NodeTable nodes() {
        return nodes;
    }

    /** The tasks, as users see and change them. */
    public TaskTable tasks() {
        return new TaskTable(database, chronicle, reads);
    }

    /** Changes that users make to tasks. */
    public TaskEdits edits() {
        return new TaskEdits(database);
    }

    /** What was used up, by day. */
    public UsageTable usage() {
        return new UsageTable(reads);
    }

    /** The output as it is searched. */
    public EntrySearch search() {
        return new EntrySearch(reads);
    }

    /** The tasks that wait, and their hand-over to daemons. */
    public DispatchTable dispatch() {
        return new DispatchTable(database, node, opened);
    }

    /** Whose tasks were and are, and until when. */
    public HandOverTable handOvers() {
        return new HandOverTable(database, node);
    }

    /** What tasks take along to another daemon. */
    public BaggageTable baggage() {
        return new BaggageTable(database);
    }

    /** The runs of tasks. */
    public RunTable runs() {
        return new RunTable(database);
    }

    /** What daemons say about tasks. */
    public TaskEventTable events() {
        return new TaskEventTable(database);
    }

    /** What is told beside the output. */
    public NoteTable notes() {
        return new NoteTable(database, chronicle);
    }

    /** The checkpoints of tasks. */
    public CheckpointTable checkpoints() {
        return new CheckpointTable(reads);
    }

    /** What commands to daemons came to. */
    public CommandResultTable commandResults() {
        return new CommandResultTable(database);
    }

    /** The keys of tasks' agents. */
    public ToolKeyTable toolKeys() {
        return new ToolKeyTable(database, reads);
    }

    /** The output as it came. */
    public OutputTable output() {
        return new OutputTable(database, reads);
    }

    /** The entries made of the output. */
    public EntryTable entries() {
        return new EntryTable(database, reads);
    }

    /** What live streams read. */
    public LiveTable live() {
        return new LiveTable(vertx, database);
    }

    /** The contracts, and the phases that they went through. */
    public ContractTable contracts() {
        return new ContractTable(chronicle, reads);
    }

    /** The ends of contracts. */
    public ContractEndTable contractEnds() {
        return new ContractEndTable(database, chronicle, reads);
    }

    /** Where the work of contracts is gathered. */
    public ContractWorkTable contractWork() {
        return new ContractWorkTable(database, chronicle, reads);
    }

    /** What has happened. */
    public HistoryTable history() {
        return new HistoryTable(chronicle, reads);
    }

    /** Tells that one, on any thread, which owner's history has grown, after the commit. */
    public void onHistory(Consumer<String> told) {
        chronicle.listener(told);
    }

    /** What of contracts' deliverables was marked. */
    public DeliverableTable deliverables() {
        return new DeliverableTable(chronicle, reads);
    }

    /** The repositories of contracts. */
    public RepositoryTable repositories() {
        return new RepositoryTable(database, reads);
    }

    /** The documents of contracts. */
    public ContractFileTable contractFiles() {
        return new ContractFileTable(chronicle, reads);
    }

    /** The documents that are read from repositories. */
    public DocumentSyncTable documentSyncs() {
        return new DocumentSyncTable(chronicle, reads);
    }

    /** What contracts' supervisors are at. */
    public SupervisorTable supervisors() {
        return new SupervisorTable(chronicle, reads);
    }

    /** What supervisors ask people. */
    public QuestionTable questions() {
        return new QuestionTable(database, chronicle, reads);
    }

    /** What daemons are still to be told. */
    public TaskCommandTable taskCommands() {
        return new TaskCommandTable(database, reads);
    }

    /** How many writes wait at this moment. */
    public int waitingWrites() {
        return database.waiting();
    }

    /** Whether the database can be written and read; fails with why not. */
    public Future<Void> check() {
        MakimaException outage = database.outage();
        return outage != null
                ? Future.failedFuture(outage)
                : reads.one("select 1 as one", row -> 1).mapEmpty();
    }

    /** Writes what is queued and closes. */
    public Future<Void> close() {
        return nodes.end()
                .eventually(reads::close)
                .eventually(() -> vertx.executeBlocking(() -> {
                    database.close();
                    return null;
                }));
    }
}
