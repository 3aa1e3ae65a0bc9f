package dev.makima.daemon.store;

import dev.makima.base.RunId;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Clock;

/** What each request does to the tables, in one transaction. Used by the database's writer. */
final class StoreTables {
    private final TaskTable tasks;
    private final RunTable runs;
    private final OutboxTable outbox;
    private final ToolKeyTable toolKeys = new ToolKeyTable();
    private final MergeTable merges;
    private final SettingTable settings = new SettingTable();
    private final LeaseTable leases = new LeaseTable();

    StoreTables(Clock clock, OutboxTable outbox) {
        this.tasks = new TaskTable(clock);
        this.runs = new RunTable(clock);
        this.outbox = outbox;
        this.merges = new MergeTable(clock);
    }

    /**
     * Does it within the session's transaction.
     *
     * @return the answer, of the type that the request names
     * @throws IllegalStateException for what has to do with files, which the verticle sees to
     */
    Object perform(Session session, StoreRequest<?> request) throws SQLException {
        return switch (request) {
            case StoreRequest.Read<?> read -> read(session, read);
            case StoreRequest.Settled settled -> {
                settle(session, settled);
                yield Done.DONE;
            }
            case StoreRequest.TakeToolKey take -> {
                ToolKeyTable.Taken taken = toolKeys.take(session, take);
                outbox.add(session, taken.events());
                yield taken.key();
            }
            case StoreRequest.Change change -> {
                change(session, change);
                yield Done.DONE;
            }
        };
    }

    private Object read(Session session, StoreRequest.Read<?> request) throws SQLException {
        return switch (request) {
            case StoreRequest.LastMessage last -> runs.lastMessage(session, last.runId());
            case StoreRequest.FindTask find -> tasks.find(session, find.taskId());
            case StoreRequest.FindFence find -> TaskTable.fence(session, find.taskId());
            case StoreRequest.UnfinishedTasks _ -> tasks.unfinished(session);
            case StoreRequest.OpenRuns _ -> runs.open(session);
            case StoreRequest.ToolKeys _ -> toolKeys.all(session);
            case StoreRequest.ReadOutbox read -> outbox.read(session, read.after(), read.limit());
            case StoreRequest.OldestEvent _ -> outbox.oldest(session);
            case StoreRequest.ReadEvent _ -> throw answeredBefore();
            case StoreRequest.ReleasedRuns released -> runs.releasedBefore(session, released.beforeEpochMillis());
            case StoreRequest.MergeRecords records -> merges.of(session, records.taskId());
            case StoreRequest.Family family -> tasks.family(session, family.taskId());
            case StoreRequest.TakeInventory _ -> InventoryTable.read(session);
            case StoreRequest.FindLeases _ -> leases.all(session);
            case StoreRequest.TakenTasks _ -> TaskTable.taken(session);
            case StoreRequest.GetSetting get -> settings.get(session, get.name());
        };
    }

    private void settle(Session session, StoreRequest.Settled request) throws SQLException {
        switch (request) {
            case StoreRequest.EventsDelivered _, StoreRequest.EventSetAside _, StoreRequest.ForgetAside _ ->
                throw answeredBefore();
            case StoreRequest.ReleaseRun release -> release(session, release.runId());
        }
    }

    /** There is nothing left to send of the run. */
    void release(Session session, RunId runId) throws SQLException {
        runs.release(session, runId);
        toolKeys.forget(session, runId);
        tasks.sweep(session, runId);
    }

    private void change(Session session, StoreRequest.Change request) throws SQLException {
        switch (request) {
            case StoreRequest.Save save -> {
                tasks.save(session, save.task());
                runs.save(session, save.task());
                outbox.add(session, save.events());
                outbox.add(session, toolKeys.endWith(session, save.task()));
            }
            case StoreRequest.AddEvents added -> outbox.add(session, added.events());
            case StoreRequest.NoteMessage note -> runs.noteMessage(session, note);
            case StoreRequest.OutputDelivered delivered ->
                runs.delivered(session, delivered.runId(), delivered.lengths());
            case StoreRequest.ForgetRun forget -> {
                runs.forget(session, forget.runId());
                toolKeys.forget(session, forget.runId());
            }
            case StoreRequest.NoteMerges noted -> {
                merges.note(session, noted.merges());
                outbox.add(session, noted.events());
            }
            case StoreRequest.ForgetTask forget -> {
                // Before the row goes, which says by which hand-over they are told.
                outbox.add(session, forget.events());
                merges.forget(session, forget.taskId());
                tasks.forget(session, forget.taskId());
            }
            case StoreRequest.SetSetting set -> {
                settings.set(session, set.name(), set.value());
                outbox.add(session, set.events());
            }
            case StoreRequest.SaveLeases save -> leases.save(session, save);
        }
    }

    private static IllegalStateException answeredBefore() {
        return new IllegalStateException("answered before: this has to do with files");
    }
}
