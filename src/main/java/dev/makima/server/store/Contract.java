package dev.makima.server.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A contract as it is kept: a piece of work that several tasks do, led by one of them.
 *
 * @param type simple or specification
 * @param phase the one it is in
 * @param completed whether it is over
 * @param autonomousLoop whether the agents of its tasks, but for the supervisor, are started again until they are ready
 * @param localOnly whether nothing of it is pushed
 * @param branch the one that the supervisor made or merged to last
 * @param pullRequestState asked, made or failed; null before
 * @param version grows with every change
 */
public record Contract(
        UUID id,
        String ownerId,
        String accountId,
        String name,
        String description,
        String type,
        String phase,
        boolean completed,
        boolean autonomousLoop,
        boolean localOnly,
        String supervisorTaskId,
        @Nullable String branch,
        @Nullable String pullRequestState,
        @Nullable String pullRequestUrl,
        long version,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant completedAt,
        Counts counts) {

    /** How its tasks but for the supervisor stand, and what all of them have cost. */
    public record Counts(
            long pending,
            long running,
            long done,
            long failed,
            long interrupted,
            @Nullable Long costMicros,
            @Nullable Long inputTokens,
            @Nullable Long outputTokens) {
        /** How many tasks it has beside the supervisor. */
        public long tasks() {
            return pending + running + done + failed + interrupted;
        }

        /** Whether there are tasks, and all of them are done. */
        public boolean allDone() {
            return done > 0 && done == tasks();
        }
    }
}
