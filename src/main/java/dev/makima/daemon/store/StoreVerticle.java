package dev.makima.daemon.store;

import dev.makima.base.FullDiskException;
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
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * The daemon's persistence: answers {@link StoreRequest}s from the one SQLite database.
 *
 * <p>A shell: what each request does is SQL in {@link TaskTable}, {@link RunTable}, {@link OutboxTable}
 *, {@link MergeTable}, {@link SettingTable} and {@link ToolKeyTable}. All
 * requests go through the database's one writer, reads too: they are small, and what was saved before is then always
 * seen.
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
    private final TaskTable tasks;
    private final RunTable runs;
    private final OutboxTable outbox;
    private final ToolKeyTable toolKeys = new ToolKeyTable();
    private final MergeTable merges;
    private final SettingTable settings = new SettingTable();
    private final LeaseTable leases = new LeaseTable();

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
        this.tasks = new TaskTable(clock);
        this.runs = new RunTable(clock);
        this.outbox = new OutboxTable(clock);
        this.merges = new MergeTable(clock);
    }

    @Override
    public Future<?> start() {
        // Before the first request: a file that is being written has no row yet.
        return Future.fromCompletionStage(database.write(outbox::payloadFiles), context)
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

    @Override
    public Future<?> stop() {
        return unused;
    }

    /**
     * Whether a request is tried again on a full disk until there is room: reads, which only share the fate of what was
     * to be written with them, and notes of what is over, which nobody else would make again. What is new fails: who asked
     * has to know.
     */
    private static boolean waitsForRoom(StoreRequest<?> request) {
        return switch (request) {
            case StoreRequest.EventsDelivered _,
                    StoreRequest.EventSetAside _,
                    StoreRequest.ReleaseRun _,
                    StoreRequest.LastMessage _,
                    StoreRequest.FindTask _,
                    StoreRequest.FindFence _,
                    StoreRequest.UnfinishedTasks _,
                    StoreRequest.ToolKeys _,
                    StoreRequest.OpenRuns _,
                    StoreRequest.ReadOutbox _,
                    StoreRequest.OldestEvent _,
                    StoreRequest.TakeInventory _,
                    StoreRequest.ReadEvent _,
                    StoreRequest.ReleasedRuns _,
                    StoreRequest.MergeRecords _,
                    StoreRequest.Family _,
                    StoreRequest.FindLeases _,
                    StoreRequest.GetSetting _ -> true;
            case StoreRequest.Save _,
                    StoreRequest.AddEvents _,
                    StoreRequest.NoteMessage _,
                    StoreRequest.TakeToolKey _,
                    StoreRequest.OutputDelivered _,
                    StoreRequest.ForgetRun _,
                    StoreRequest.NoteMerges _,
                    StoreRequest.ForgetTask _,
                    StoreRequest.SetSetting _,
                    StoreRequest.SaveLeases _ -> false;
        };
    }

    private Future<Object> answer(StoreRequest<?> request) {
        return answered(request).recover(failure -> {
            if (!(failure instanceof FullDiskException) || !waitsForRoom(request) || again >= MOST_AGAIN) {
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
                withoutFiles(session -> outbox.forget(session, delivered.numbers()));
            case StoreRequest.EventSetAside refused ->
                withoutFiles(session -> outbox.setAside(session, refused.number(), refused.reason()));
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
        return Future.fromCompletionStage(database.write(session -> perform(session, request)), context)
                .map(answer -> {
                    if (addsEvents(request)) {
                        Addresses.OUTBOX_GREW.publish(vertx.eventBus(), new OutboxGrew());
                    }
                    return answer;
                });
    }

    private static boolean addsEvents(StoreRequest<?> request) {
        return switch (request) {
            case StoreRequest.Save save -> !save.events().isEmpty();
            case StoreRequest.AddEvents added -> !added.events().isEmpty();
            case StoreRequest.TakeToolKey _ -> true;
            case StoreRequest.NoteMerges noted -> !noted.events().isEmpty();
            case StoreRequest.ForgetTask forgotten -> !forgotten.events().isEmpty();
            case StoreRequest.SetSetting set -> !set.events().isEmpty();
            case StoreRequest.NoteMessage _,
                    StoreRequest.LastMessage _,
                    StoreRequest.FindTask _,
                    StoreRequest.FindFence _,
                    StoreRequest.OldestEvent _,
                    StoreRequest.UnfinishedTasks _,
                    StoreRequest.ToolKeys _,
                    StoreRequest.OpenRuns _,
                    StoreRequest.ReadOutbox _,
                    StoreRequest.ReadEvent _,
                    StoreRequest.EventsDelivered _,
                    StoreRequest.EventSetAside _,
                    StoreRequest.OutputDelivered _,
                    StoreRequest.ReleaseRun _,
                    StoreRequest.ReleasedRuns _,
                    StoreRequest.ForgetRun _,
                    StoreRequest.MergeRecords _,
                    StoreRequest.Family _,
                    StoreRequest.SaveLeases _,
                    StoreRequest.FindLeases _,
                    StoreRequest.TakeInventory _,
                    StoreRequest.GetSetting _ -> false;
        };
    }

    private Object perform(Session session, StoreRequest<?> request) throws SQLException {
        return switch (request) {
            case StoreRequest.Save save -> {
                tasks.save(session, save.task());
                runs.save(session, save.task());
                outbox.add(session, save.events());
                outbox.add(session, toolKeys.endWith(session, save.task()));
                yield Done.DONE;
            }
            case StoreRequest.AddEvents added -> {
                outbox.add(session, added.events());
                yield Done.DONE;
            }
            case StoreRequest.NoteMessage note -> {
                runs.noteMessage(session, note);
                yield Done.DONE;
            }
            case StoreRequest.LastMessage last -> runs.lastMessage(session, last.runId());
            case StoreRequest.FindTask find -> tasks.find(session, find.taskId());
            case StoreRequest.OldestEvent _ -> outbox.oldest(session);
            case StoreRequest.FindFence find -> TaskTable.fence(session, find.taskId());
            case StoreRequest.UnfinishedTasks _ -> tasks.unfinished(session);
            case StoreRequest.TakeToolKey take -> {
                ToolKeyTable.Taken taken = toolKeys.take(session, take);
                outbox.add(session, taken.events());
                yield taken.key();
            }
            case StoreRequest.ToolKeys _ -> toolKeys.all(session);
            case StoreRequest.OpenRuns _ -> runs.open(session);
            case StoreRequest.ReadOutbox read -> outbox.read(session, read.after(), read.limit());
            case StoreRequest.ReadEvent _, StoreRequest.EventsDelivered _, StoreRequest.EventSetAside _ ->
                throw new IllegalStateException("answered before: these have to do with files");
            case StoreRequest.OutputDelivered delivered -> {
                runs.delivered(session, delivered.runId(), delivered.lengths());
                yield Done.DONE;
            }
            case StoreRequest.ReleaseRun release -> {
                runs.release(session, release.runId());
                toolKeys.forget(session, release.runId());
                tasks.sweep(session, release.runId());
                yield Done.DONE;
            }
            case StoreRequest.ReleasedRuns released -> runs.releasedBefore(session, released.beforeEpochMillis());
            case StoreRequest.ForgetRun forget -> {
                runs.forget(session, forget.runId());
                toolKeys.forget(session, forget.runId());
                yield Done.DONE;
            }
            case StoreRequest.NoteMerges noted -> {
                merges.note(session, noted.merges());
                outbox.add(session, noted.events());
                yield Done.DONE;
            }
            case StoreRequest.MergeRecords records -> merges.of(session, records.taskId());
            case StoreRequest.Family family -> tasks.family(session, family.taskId());
            case StoreRequest.ForgetTask forget -> {
                // Before the row goes, which says by which hand-over they are told.
                outbox.add(session, forget.events());
                merges.forget(session, forget.taskId());
                tasks.forget(session, forget.taskId());
                yield Done.DONE;
            }
            case StoreRequest.SetSetting set -> {
                settings.set(session, set.name(), set.value());
                outbox.add(session, set.events());
                yield Done.DONE;
            }
            case StoreRequest.SaveLeases save -> {
                leases.save(session, save);
                yield Done.DONE;
            }
            case StoreRequest.FindLeases _ -> leases.all(session);
            case StoreRequest.TakeInventory _ -> InventoryTable.read(session);
            case StoreRequest.GetSetting get -> settings.get(session, get.name());
        };
    }
}
