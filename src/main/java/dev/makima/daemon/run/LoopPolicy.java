package dev.makima.daemon.run;

import dev.makima.agent.CompletionGate;
import dev.makima.agent.LoopPrompt;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import dev.makima.config.DaemonConfig.Loop;
import dev.makima.daemon.store.LoopProgress;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.process.RunSpool;
import dev.makima.protocol.TaskState;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An autonomous loop: a clean end that does not say it is ready is followed by another process, up to a point. */
final class LoopPolicy implements LaunchPolicy {
    private static final int LONGEST_WORDS = 300;

    private final RunServices services;
    private final TaskMachine machine;
    private final RunSpool spool;
    private final Limits limits;

    LoopPolicy(RunServices services, TaskMachine machine, RunSpool spool, Limits limits) {
        this.services = services;
        this.machine = machine;
        this.spool = spool;
        this.limits = limits;
    }

    @Override
    public boolean keepsInputOpen() {
        return false;
    }

    @Override
    public boolean keepsMessages() {
        return true;
    }

    @Override
    public void beforeFirst() throws InterruptedException {
        LoopProgress beginning = LoopProgress.beginningAt(hash());
        machine.remember(task -> task.withProgress(task.progress().withLoop(beginning)));
    }

    @Override
    public AfterLaunch after(LaunchEnd end) throws InterruptedException {
        if (end.ending().state() != TaskState.DONE) {
            return new AfterLaunch.End(end.ending());
        }
        @Nullable CompletionGate gate = end.gate().orElse(null);
        if (gate != null && gate.ready()) {
            spool.appendDaemonLine("The agent says that the task is complete" + because(gate.reason()));
            return new AfterLaunch.End(end.ending());
        }
        Loop thresholds = services.config().loop();
        LoopBreaker breaker = new LoopBreaker(thresholds);
        @Nullable String obstacle = gate == null ? null : gate.obstacle().orElse(null);
        LoopProgress now = breaker.count(machine.record().progress().loop(), hash(), obstacle);
        Optional<String> tripped = breaker.tripped(end.number(), now);
        if (tripped.isPresent()) {
            return new AfterLaunch.End(Ending.failed(tripped.get()));
        }
        if (limits.isTimeUp(services.clock().instant())) {
            return new AfterLaunch.End(Ending.timedOut(limits.time()));
        }
        machine.update(task ->
                task.withProgress(task.progress().concluded(end.number()).withLoop(now)));
        spool.appendDaemonLine("Iteration " + end.number() + " of at most " + thresholds.maxIterations() + ": "
                + verdict(gate) + " The agent is started again.");
        return new AfterLaunch.Again(LoopPrompt.goOn());
    }

    @Override
    public AfterLaunch between() {
        return new AfterLaunch.Again(LoopPrompt.goOn());
    }

    @Override
    public AfterLaunch notStarted(String message, String reason) {
        return new AfterLaunch.End(Ending.failed(reason));
    }

    private static String verdict(@Nullable CompletionGate gate) {
        if (gate == null) {
            return "the agent ended without saying whether it is ready.";
        }
        String blocked = gate.obstacle()
                .map(obstacle -> " In its way: " + Text.abbreviate(obstacle, LONGEST_WORDS) + ".")
                .orElse("");
        return "the agent is not ready" + because(gate.reason().strip()) + blocked;
    }

    /** As a whole sentence, whichever way the agent ends its own. */
    private static String because(String reason) {
        String end = reason.matches("(?s).*[.!?]") ? "" : ".";
        return reason.isEmpty() ? "." : ": " + Text.abbreviate(reason, LONGEST_WORDS) + end;
    }

    /** Null where it cannot be told: then nothing is said of a standstill. */
    private @Nullable String hash() throws InterruptedException {
        TaskRecord task = machine.record();
        try {
            return task.worktree() != null
                    ? services.git().changes().contentHash(task.worktree())
                    : DirectoryHash.of(Objects.requireNonNull(task.directory(), "a launch has a directory"));
        } catch (MakimaException e) {
            spool.appendDaemonLine("Whether the agent changed anything cannot be told: " + e.explain());
            return null;
        }
    }
}
