package dev.makima.daemon.lease;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.protocol.RunLease;
import dev.makima.protocol.RunVerdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The leases of this daemon's runs. One that is not renewed in time bars what cannot be undone, until the server says what
 * is to become of the run: the task may be another daemon's by then. A run without a lease may do everything.
 *
 * <p>There is one object of this per daemon. Thread-safe; only {@link #awaitWord} and {@link #awaitLease} block.
 */
public final class Leases {
    /** Nobody wakes a waiting thread when a clock comes to a deadline. */
    private static final long LOOK_EVERY_MILLIS = 250;

    private final BootClock clock;
    private final Map<RunId, Lease> leases = new HashMap<>();
    private final Set<RunId> unsaved = new HashSet<>();
    private final Set<RunId> gone = new HashSet<>();
    /** The runs whose work waits for the server's word. */
    private final Set<RunId> waiting = new HashSet<>();

    private final TakenTasks taken = new TakenTasks();
    /** When the server was last known to be there, as new leases count from then. */
    private Duration heardOf;
    /** Whether the server that was last met knows leases: without, none binds. */
    private boolean binding = true;

    /** None yet. */
    public Leases(BootClock clock) {
        this.clock = clock;
        this.heardOf = clock.now();
    }

    /** The time that leases are measured by. */
    public Duration now() {
        return clock.now();
    }

    /**
     * What an earlier daemon left. Leases of an earlier boot are over.
     *
     * @param takenTasks the tasks that are another daemon's now, with the hand-over that this one had
     */
    public synchronized void restore(List<SavedLease> saved, Map<TaskId, Long> takenTasks) {
        taken.restore(takenTasks);
        for (SavedLease old : saved) {
            Lease lease = Lease.of(old, clock.boot());
            if (taken.isTakenAfter(old.taskId(), old.fence())) {
                lease.judge(RunVerdict.FENCED);
            }
            leases.put(old.runId(), lease);
        }
    }

    /**
     * A run begins, or goes on, by a hand-over. The lease counts from the last moment at which the server is known to have
     * sent less than this: the hand-over may have been on its way for long.
     *
     * @param fence above 0
     * @param given how long it lasts; less than a second counts as one, more than a day as one
     */
    public synchronized void grant(TaskId taskId, RunId runId, long fence, Duration given) {
        taken.handedOver(taskId, fence);
        leases.computeIfAbsent(runId, _ -> new Lease(taskId, fence)).grant(fence, heardOf, given);
        changed(runId);
    }

    /** A server was met. */
    public synchronized void met(boolean knowsLeases, Duration at) {
        binding = knowsLeases;
        heardOf = at;
        notifyAll();
    }

    /** The server has taken in a message that was sent then. */
    public synchronized void heardOf(Duration sent) {
        if (sent.compareTo(heardOf) > 0) {
            heardOf = sent;
        }
    }

    /** The server has renewed the lease of that hand-over by a message that was sent then. */
    public synchronized void renew(RunId runId, long fence, Duration sent, Duration given) {
        @Nullable Lease lease = leases.get(runId);
        if (lease == null || lease.fence() != fence || lease.isFenced()) {
            return;
        }
        lease.renew(sent, given);
        changed(runId);
    }

    /** The server has said what is to become of the run by that hand-over; that it goes on is no renewal. */
    public synchronized void judge(RunId runId, long fence, RunVerdict verdict) {
        @Nullable Lease lease = leases.get(runId);
        if (lease != null && lease.fence() == fence && !lease.isFenced()) {
            lease.judge(verdict);
            if (verdict == RunVerdict.FENCED) {
                taken.add(lease.taskId(), fence);
            }
            notifyAll();
        }
    }

    /** A person at this machine ends the run, whatever the server says of it or whether it says anything. */
    public synchronized void stopHere(RunId runId) {
        @Nullable Lease lease = leases.get(runId);
        if (lease != null) {
            lease.stopHere();
            notifyAll();
        }
    }

    /** The run is over. */
    public synchronized void end(RunId runId) {
        if (leases.remove(runId) != null) {
            unsaved.remove(runId);
            gone.add(runId);
            notifyAll();
        }
    }

    /** Whether the run has a lease. */
    public synchronized boolean has(RunId runId) {
        return leases.containsKey(runId);
    }

    /** The runs to renew: all that are not another daemon's. */
    public synchronized List<RunLease> runs() {
        List<RunLease> runs = new ArrayList<>();
        leases.forEach((runId, lease) -> {
            if (!lease.isFenced()) {
                runs.add(new RunLease(lease.taskId(), runId, lease.fence()));
            }
        });
        return runs;
    }

    /** The shortest lease; a day where there is none. */
    public synchronized Duration shortest() {
        return leases.values().stream()
                .map(Lease::length)
                .min(Duration::compareTo)
                .orElse(Duration.ofDays(1));
    }

    /** The newest hand-over of the run, or what is given where it has no lease. */
    public synchronized long fence(RunId runId, long otherwise) {
        @Nullable Lease lease = leases.get(runId);
        return lease == null ? otherwise : lease.fence();
    }

    /** The newest hand-over of the task's active run; 0 for none with a lease. */
    public synchronized long fence(TaskId taskId) {
        return leases.values().stream()
                .filter(lease -> lease.taskId().equals(taskId))
                .mapToLong(Lease::fence)
                .max()
                .orElse(0);
    }

    /** What the run may do now. */
    public synchronized Standing standing(RunId runId) {
        @Nullable Lease lease = leases.get(runId);
        return lease == null ? Standing.FREE : standing(lease);
    }

    /** For how long the run's agent may work if nobody says more, where it has a lease. */
    public synchronized Optional<Term> term(RunId runId) {
        return Optional.ofNullable(leases.get(runId)).map(lease -> lease.term(binding));
    }

    private Standing standing(Lease lease) {
        return lease.standing(binding, clock.now());
    }

    /**
     * Waits until the run may do everything, or is to do nothing more; however long the server says nothing.
     *
     * @return FREE, FENCED or CANCELLED
     */
    public synchronized Standing awaitWord(RunId runId) throws InterruptedException {
        Standing standing = standing(runId);
        waiting.add(runId);
        try {
            while (standing == Standing.OVER || standing == Standing.UNKNOWN) {
                wait(LOOK_EVERY_MILLIS);
                standing = standing(runId);
            }
        } finally {
            waiting.remove(runId);
        }
        return standing;
    }

    /**
     * Waits while the run's lease is over and the server says nothing.
     *
     * @return what holds then; never OVER
     */
    public synchronized Standing awaitLease(RunId runId) throws InterruptedException {
        Standing standing = standing(runId);
        while (standing == Standing.OVER) {
            wait(LOOK_EVERY_MILLIS);
            standing = standing(runId);
        }
        return standing;
    }

    /**
     * Whether the run's work is done and waits for the server's word: it has no agent, and holds no place that another task
     * could have, however long the server does not know it.
     */
    public synchronized boolean awaitsWord(RunId runId) {
        return waiting.contains(runId);
    }

    /** Whether what cannot be undone may be done for the task now. */
    public synchronized boolean allows(TaskId taskId) {
        if (binding && taken.contains(taskId)) {
            return false;
        }
        return leases.values().stream()
                .filter(lease -> lease.taskId().equals(taskId))
                .allMatch(lease -> standing(lease) == Standing.FREE);
    }

    /**
     * Refuses what cannot be undone where the task may be another daemon's.
     *
     * @throws MakimaException CONFLICT
     */
    public void require(TaskId taskId) {
        if (!allows(taskId)) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "the lease of task " + taskId + " is not in force: another daemon may have the task",
                    "Wait until this daemon has reached its server again");
        }
    }

    /** What has changed since it was last asked for, to be saved. */
    public synchronized List<SavedLease> unsaved() {
        List<SavedLease> changed = new ArrayList<>();
        for (RunId runId : unsaved) {
            @Nullable Lease lease = leases.get(runId);
            if (lease != null) {
                changed.add(lease.saved(runId, clock.boot()));
            }
        }
        unsaved.clear();
        return changed;
    }

    /** The runs that ended since it was last asked for, to be forgotten. */
    public synchronized List<RunId> ended() {
        List<RunId> ended = List.copyOf(gone);
        gone.clear();
        return ended;
    }

    /** The tasks that were given to others since it was last asked for, to be saved. */
    public synchronized Map<TaskId, Long> newlyTaken() {
        return taken.unsaved();
    }

    /** What {@link #unsaved}, {@link #ended} and {@link #newlyTaken} gave could not be saved: they give it again. */
    public synchronized void notSaved(List<SavedLease> changed, List<RunId> ended, Map<TaskId, Long> newlyTaken) {
        taken.notSaved(newlyTaken.keySet());
        changed.stream().map(SavedLease::runId).filter(leases::containsKey).forEach(unsaved::add);
        ended.stream().filter(runId -> !leases.containsKey(runId)).forEach(gone::add);
    }

    private void changed(RunId runId) {
        unsaved.add(runId);
        gone.remove(runId);
        notifyAll();
    }
}
