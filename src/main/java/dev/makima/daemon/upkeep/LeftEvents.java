package dev.makima.daemon.upkeep;

import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.upkeep.Leftover.Done;
import dev.makima.daemon.upkeep.Leftover.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Events that the server refused for good, after the time for which they were kept for people. Blocking; thread-safe. */
final class LeftEvents {
    private final Duration retention;
    private final Owner owner;
    private final Clock clock;

    LeftEvents(Duration retention, Owner owner, Clock clock) {
        this.retention = retention;
        this.owner = owner;
        this.clock = clock;
    }

    /** One for all of them, or none. */
    List<Leftover> find(Inventory known) {
        Instant before = clock.instant().minus(retention);
        long old = known.asideEvents().stream()
                .filter(event -> event.at().isBefore(before))
                .count();
        return old == 0
                ? List.of()
                : List.of(Leftover.going(
                        Kind.EVENTS,
                        old + (old == 1 ? " event" : " events") + " refused by the server, with what was in files",
                        "set aside for longer than spool.retentionHours",
                        () -> {
                            owner.forgetAside(before);
                            return new Done(true, "deleted");
                        }));
    }
}
