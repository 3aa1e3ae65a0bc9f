package dev.makima.daemon.run;

import dev.makima.base.Text;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.SupervisorState;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor is at, as far as a daemon can know: it tells work from rest. Set by the run's thread, read by any.
 */
final class SupervisorActivity {
    private static final int LONGEST_WORDS = 200;

    private final SpawnTask spawn;
    private final Runnable changed;
    private volatile SupervisorState state = SupervisorState.INITIALIZING;
    private volatile @Nullable String words;

    /**
     * Of this task.
     *
     * @param changed called on the run's thread when there is something new
     */
    SupervisorActivity(SpawnTask spawn, Runnable changed) {
        this.spawn = spawn;
        this.changed = changed;
    }

    /** Whether anybody hears of it: existing servers overwrite what they know with it, so only where it was asked for. */
    private boolean isTold() {
        return spawn.isSupervisor() && spawn.phase() != null && spawn.contractId() != null;
    }

    /** It is at this now, and these are its last words. */
    void is(SupervisorState now, Optional<String> said) {
        if (!isTold()) {
            return;
        }
        @Nullable
        String latest = said.map(text -> Text.abbreviate(text, LONGEST_WORDS)).orElse(words);
        if (now != state || !Objects.equals(latest, words)) {
            words = latest;
            state = now;
            changed.run();
        }
    }

    /** For heartbeats; nothing of a task that sends none. */
    Optional<ActiveTasks.Supervisor> told() {
        return isTold() && spawn.contractId() != null && spawn.phase() != null
                ? Optional.of(
                        new ActiveTasks.Supervisor(spawn.taskId(), spawn.contractId(), state, spawn.phase(), words))
                : Optional.empty();
    }
}
