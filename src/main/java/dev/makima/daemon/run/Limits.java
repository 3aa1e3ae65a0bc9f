package dev.makima.daemon.run;

import dev.makima.daemon.store.RunProgress;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run may take, over all of its processes: time and money. On the run's thread. */
final class Limits {
    /** A hundred years. What a server names may be any number, and more than this is a time that nobody can add to. */
    private static final long LONGEST_SECONDS = 100L * 366 * 24 * 3600;

    private final RunServices services;
    private final TaskMachine machine;

    Limits(RunServices services, TaskMachine machine) {
        this.services = services;
        this.machine = machine;
    }

    /** The time the run may take, zero for any. */
    Duration time() {
        @Nullable Long own = machine.record().spawn().timeoutSecs();
        return own == null
                ? services.config().process().defaultTimeout()
                : Duration.ofSeconds(Math.clamp(own, 0, LONGEST_SECONDS));
    }

    /** Whether that is over. */
    boolean isTimeUp(Instant now) {
        @Nullable Instant started = machine.record().progress().startedAt();
        Duration limit = time();
        return started != null && !limit.isZero() && now.isAfter(started.plus(limit));
    }

    /** The money the run may cost, in USD. */
    Optional<BigDecimal> money() {
        return Optional.ofNullable(machine.record().spawn().maxCostUsd());
    }

    /** Whether that is spent. */
    boolean isMoneySpent() {
        return money().filter(limit -> progress().ownCost().compareTo(limit) >= 0)
                .isPresent();
    }

    /** The end of a run that has spent it. */
    Ending tooExpensive() {
        return Ending.tooExpensive(progress().ownCost(), money().orElse(BigDecimal.ZERO));
    }

    /** What the next process may cost; nothing where there is no limit, or none is left. */
    Optional<BigDecimal> moneyLeft() {
        return money().map(limit -> limit.subtract(progress().ownCost())).filter(left -> left.signum() > 0);
    }

    private RunProgress progress() {
        return machine.record().progress();
    }
}
