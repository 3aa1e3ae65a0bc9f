package dev.makima.daemon.task;

import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.WireCodes;
import org.jspecify.annotations.Nullable;

/**
 * Why a task is not admitted.
 *
 * @param reason for a server with leases, one of the constants of {@link SpawnRefused}; null where the
 *     task has failed here, and will again
 * @param code for a server of the base protocol, which takes the task back without using up a retry for it; or null
 * @param message for people
 */
record Refusal(@Nullable String reason, @Nullable String code, String message) {
    /** The one of a daemon that takes nothing more until its end. */
    static Refusal stopping(String message) {
        return new Refusal(SpawnRefused.DRAINING, WireCodes.CONCURRENCY_LIMIT, message);
    }

    /** The one of a hand-over whose number was this daemon's before. */
    static Refusal used(String message) {
        return new Refusal(SpawnRefused.ACTIVE, null, message);
    }

    /** The one of a daemon whose disk has no room for the task. */
    static Refusal noRoom(String message) {
        return new Refusal(SpawnRefused.DISK, null, message);
    }
}
