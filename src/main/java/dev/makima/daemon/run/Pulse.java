package dev.makima.daemon.run;

import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.daemon.agent.AgentWatch;
import dev.makima.protocol.TaskProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is said of an agent at work: a warning where it does not begin or falls silent, and now and then its own last
 * words.
 */
final class Pulse {
    private static final int LONGEST_SUMMARY = 200;

    private final RunServices services;
    private final AgentWatch watch;
    private final TaskId taskId;
    private final Consumer<String> say;
    private final Instant started;
    private boolean startWarned;
    private @Nullable Instant silentSince;
    private boolean silenceWarned;
    private Instant restedUntil = Instant.MIN;
    private Instant lastProgress = Instant.MIN;
    private String lastSummary = "";

    Pulse(RunServices services, AgentWatch watch, TaskId taskId, Consumer<String> say, Instant started) {
        this.services = services;
        this.watch = watch;
        this.taskId = taskId;
        this.say = say;
        this.started = started;
    }

    /**
     * On the run's thread.
     *
     * @param resting whether the agent has nothing to do, or was paused: then it may be silent
     */
    void look(Instant now, boolean resting) {
        warnOfNoStart(now);
        warnOfSilence(now, resting);
        if (!now.isBefore(lastProgress.plus(services.timers().progressEvery()))) {
            tellProgress(now);
        }
    }

    /** On the run's thread, once the agent is gone: its last words are what the task is remembered by, however soon. */
    void end() {
        tellProgress(services.clock().instant());
    }

    /** Once for each silence: an agent may think for minutes, and silence alone is no death. */
    private void warnOfSilence(Instant now, boolean resting) {
        Instant last = watch.lastOutput().orElse(started);
        if (resting || !last.equals(silentSince)) {
            silentSince = resting ? null : last;
            restedUntil = resting ? now : restedUntil;
            silenceWarned = false;
            return;
        }
        Instant since = last.isAfter(restedUntil) ? last : restedUntil;
        Duration limit = services.config().agent().silenceWarn();
        if (!silenceWarned && now.isAfter(since.plus(limit))) {
            silenceWarned = true;
            say.accept("The agent has printed nothing for " + limit.toSeconds()
                    + " s (agent.silenceWarnSecs). It may think,"
                    + " or hang: a message may wake it, and a stop ends it gracefully.");
        }
    }

    private void warnOfNoStart(Instant now) {
        if (!startWarned
                && watch.lastOutput().isEmpty()
                && now.isAfter(started.plus(services.timers().firstOutputWithin()))) {
            startWarned = true;
            say.accept("The agent has printed nothing for "
                    + services.timers().firstOutputWithin().toSeconds()
                    + " s since it started; it may be waiting for its model, or for a login on this machine.");
        }
    }

    private void tellProgress(Instant now) {
        Optional<String> words = watch.lastWords().map(text -> Text.abbreviate(text, LONGEST_SUMMARY));
        if (words.isPresent() && !words.get().equals(lastSummary)) {
            lastProgress = now;
            lastSummary = words.get();
            services.passing().accept(new TaskProgress(taskId, lastSummary, null));
        }
    }
}
