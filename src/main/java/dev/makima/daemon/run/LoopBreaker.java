package dev.makima.daemon.run;

import dev.makima.config.DaemonConfig.Loop;
import dev.makima.daemon.store.LoopProgress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides when an autonomous loop has gone round often enough without getting anywhere. Pure. */
final class LoopBreaker {
    private final Loop thresholds;

    LoopBreaker(Loop thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * Counts one more process that ended without being ready.
     *
     * @param hash of the working directory now, or null where it cannot be told, which counts as a change
     * @param obstacle what the agent says is in its way, or null
     */
    LoopProgress count(LoopProgress before, @Nullable String hash, @Nullable String obstacle) {
        int unchanged = hash != null && hash.equals(before.hash()) ? before.unchanged() + 1 : 0;
        int sameError = obstacle == null ? 0 : obstacle.equals(before.error()) ? before.sameError() + 1 : 1;
        return new LoopProgress(hash, unchanged, obstacle, sameError);
    }

    /**
     * Why the loop ends here, if it does: iterations are looked at first, then changes, then the error.
     *
     * @param launches how many processes there were in all
     */
    Optional<String> tripped(int launches, LoopProgress now) {
        if (launches >= thresholds.maxIterations()) {
            return Optional.of("the autonomous loop was stopped: not ready after " + launches
                    + " iterations (loop.maxIterations)");
        }
        if (now.unchanged() >= thresholds.unchanged()) {
            return Optional.of("the autonomous loop was stopped: " + now.unchanged()
                    + " iterations in a row changed no file (loop.unchanged)");
        }
        if (now.sameError() >= thresholds.sameError()) {
            return Optional.of("the autonomous loop was stopped: " + now.sameError()
                    + " iterations in a row met the same obstacle (loop.sameError): " + now.error());
        }
        return Optional.empty();
    }
}
