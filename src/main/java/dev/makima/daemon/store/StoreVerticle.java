package dev.makima.daemon.store;

import dev.makima.base.FullDiskException;
import dev.makima.base.RunId;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.OutboxGrew;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import dev.makima.sql.Work;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * The daemon's persistence: answers {@link StoreRequest}s from the one SQLite database.
 *
 * <p>A shell: {@link StoreTables} knows what each request does to the tables; here it is seen to what lies in files, and
 * to requests that wait for room. All requests go through the database's one writer, reads too: they are small, and what
 * was saved before is then always seen.
 */
public final class StoreVerticle extends VerticleBase {
    private static final long AGAIN_MILLIS = 300;
    /** So many requests may wait for room. */
    private static final int MOST_AGAIN = 10_000;

    private final Database database;
    private int again;
    private final PayloadFiles payloads;
    private final EventFiles files;
    private final Future<?> unused;
    private final OutboxTable outbox;
    private final StoreTables tables;

    /**
     * Serves this database, which the caller opened and closes.
     *
     * @param eventFiles the directory for the parts of events that are too large for rows; made where it is missing
     * @param unused completes when nobody will ask any more: the verticle does not stop before
     */
    public StoreVerticle(Database database, Clock clock, Path eventFiles, Future<?> unused) {
        this.database = database;
        this.payloads = new PayloadFiles(eventFiles);
        this.files = new EventFiles(payloads);
        this.unused = unused;
        this.outbox = new OutboxTable(clock);
        this.tables = new StoreTables(clock, outbox);
    }

    @Override
    public Future<?> start() {
        // Before the first request: a file that is being written has no row yet.
        return Future.fromCompletionStage(database.write(this::begin), context)
                .compose(named -> vertx.executeBlocking(() -> {
                    payloads.sweep(named);
                    return named;
                }))
                .onSuccess(_ -> {
                    StoreClient.ADDRESS.answer(vertx.eventBus(), this::answer);
                    Addresses.STORE_STATUS.answer(
                            vertx.eventBus(), _ -> Future.fromCompletionStage(database.write(Counts::of), context));
                });
    }

    private Set<String> begin(Session session) throws SQLException {
        OutboxTable.beginEpoch(session);
        return outbox.payloadFiles(session);
    }

    @Override
    public Future<?> stop() {
        return unused;
    }

    private Future<Object> answer(StoreRequest<?> request) {
        return answered(request).recover(failure -> {
            if (!(failure instanceof FullDiskException) || !request.waitsForRoom() || again >= MOST_AGAIN) {
                return Future.failedFuture(failure);
            }
            again++;
            Promise<Void> later = Promise.promise();
            vertx.setTimer(AGAIN_MILLIS, _ -> later.complete());
            return later.future().compose(_ -> {
                again--;
                return answer(request);
            });
        });
    }

    private Future<Object> answered(StoreRequest<?> request) {
        return switch (request) {
            case StoreRequest.ReadEvent read -> blocking(() -> files.whole(read.event()));
            case StoreRequest.EventsDelivered delivered ->
                withoutFiles(session -> {
                    for (RunId over : delivered.over()) {
                        tables.release(session, over);
                    }
                    return outbox.forget(session, delivered.numbers());
                });
            case StoreRequest.EventSetAside refused ->
                withoutFiles(session -> {
                    if (refused.over() != null) {
                        tables.release(session, refused.over());
                    }
                    return outbox.setAside(session, refused.number(), refused.reason());
                });
            case StoreRequest.ForgetAside forgotten ->
                withoutFiles(session -> outbox.forgetAside(session, forgotten.before()));
            case StoreRequest.Save save
            when EventFiles.anyIn(save.events()) ->
                withFiles(save.events(), written -> new StoreRequest.Save(save.task(), written));
            case StoreRequest.AddEvents added
            when EventFiles.anyIn(added.events()) -> withFiles(added.events(), StoreRequest.AddEvents::new);
            case StoreRequest<?> other -> written(other);
        };
    }

    private Future<Object> withFiles(List<Event> events, Function<List<Event>, StoreRequest<?>> request) {
        return blocking(() -> files.written(events))
                .compose(light -> written(request.apply(light))
                        .recover(
                                failure -> deleted(EventFiles.of(light)).transform(_ -> Future.failedFuture(failure))));
    }

    /** What answers the files that no row names any more, which go then. */
    private Future<Object> withoutFiles(Work<List<String>> write) {
        return Future.fromCompletionStage(database.write(write), context).compose(this::deleted);
    }

    private Future<Object> deleted(List<String> names) {
        return names.isEmpty()
                ? Future.succeededFuture(Done.DONE)
                : blocking(() -> {
                    payloads.delete(names);
                    return Done.DONE;
                });
    }

    private <T> Future<T> blocking(Callable<T> work) {
        return vertx.executeBlocking(work).map(Objects::requireNonNull);
    }

    private Future<Object> written(StoreRequest<?> request) {
        return Future.fromCompletionStage(database.write(session -> tables.perform(session, request)), context)
                .map(answer -> {
                    if (request.addsEvents()) {
                        Addresses.OUTBOX_GREW.publish(vertx.eventBus(), new OutboxGrew());
                    }
                    return answer;
                });
    }
}
