package dev.makima.daemon.upkeep;

import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig.Spool;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.process.RunSpool;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * Deletes spools that the server has in full, with the end of their run: those whose time is over, and, while all spools
 * together are larger than allowed, the others too, those first that the server has had for longest. The spool of a run
 * that is not over, or not confirmed, is never deleted, however large. Used by one thread; blocking.
 */
final class SpoolSweep {
    private static final System.Logger LOG = System.getLogger(SpoolSweep.class.getName());

    private final StoreClient store;
    private final Path root;
    private final Spool settings;
    private final Clock clock;
    private boolean warned;

    SpoolSweep(StoreClient store, Path root, Spool settings, Clock clock) {
        this.store = store;
        this.root = root;
        this.settings = settings;
        this.clock = clock;
    }

    void run() throws InterruptedException {
        long before = clock.instant().minus(settings.retention()).toEpochMilli();
        // A batch is 1,000 runs; one that cannot be deleted stays in front, so that this ends with the first such
        // batch.
        while (delete(store.await(new StoreRequest.ReleasedRuns(before))) > 0) {
            checkInterrupt();
        }
        freeRoom();
    }

    private void freeRoom() throws InterruptedException {
        long size = RunSpool.size(root);
        while (size > settings.quotaBytes()) {
            List<RunOutput> released = store.await(new StoreRequest.ReleasedRuns(Long.MAX_VALUE));
            long freed = 0;
            for (RunOutput run : released) {
                if (size - freed <= settings.quotaBytes()) {
                    break;
                }
                checkInterrupt();
                long its = RunSpool.size(root, run.taskId(), run.runId());
                freed += delete(List.of(run)) > 0 ? its : 0;
            }
            if (freed == 0) {
                warnOnce(size, released.isEmpty());
                return;
            }
            size -= freed;
        }
        warned = false;
    }

    private void warnOnce(long size, boolean allNeeded) {
        if (!warned && allNeeded) {
            warned = true;
            LOG.log(
                    Level.WARNING,
                    "the output of agents takes {0} bytes in {1}, more than spool.quotaBytes ({2}), and the server has"
                            + " not confirmed any of it yet: nothing can be deleted",
                    String.valueOf(size),
                    root,
                    String.valueOf(settings.quotaBytes()));
        }
    }

    /** How many of them are gone now. */
    private int delete(List<RunOutput> runs) throws InterruptedException {
        int gone = 0;
        for (RunOutput run : runs) {
            if (!run.state().isTerminal()) {
                continue;
            }
            try {
                RunSpool.delete(root, run.taskId(), run.runId());
                store.await(new StoreRequest.ForgetRun(run.runId()));
                gone++;
            } catch (MakimaException e) {
                LOG.log(Level.WARNING, "a spool stays: {0}", e.explain());
            }
        }
        return gone;
    }

    private static void checkInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
