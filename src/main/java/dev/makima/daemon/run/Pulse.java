package dev.makima.daemon.run;

import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.protocol.TaskProgress;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** What is said of an agent at work: a warning where it does not begin, and now and then its own last words. */
final class Pulse {
    private static final int LONGEST_SUMMARY = 200;

    private final RunServices services;
    private final AgentWatch watch;
    private final TaskId taskId;
    private final Consumer<String> say;
    private final Instant started;
    private boolean silenceWarned;
    private Instant lastProgress = Instant.MIN;
    private String lastSummary = "";

    Pulse(RunServices services, AgentWatch watch, TaskId taskId, Consumer<String> say, Instant started) {
        this.services = services;
        this.watch = watch;
        this.taskId = taskId;
        this.say = say;
        this.started = started;
    }

    /** On the run's thread. */
    void look(Instant now) {
        warnOfSilence(now);
        tellProgress(now);
    }

    private void warnOfSilence(Instant now) {
        if (!silenceWarned
                && watch.lastOutput().isEmpty()
                && now.isAfter(started.plus(services.timers().firstOutputWithin()))) {
            silenceWarned = true;
            say.accept("The agent has printed nothing for "
                    + services.timers().firstOutputWithin().toSeconds()
                    + " s since it started; it may be waiting for its model, or for a login on this machine.");
        }
    }

    private void tellProgress(Instant now) {
        if (now.isBefore(lastProgress.plus(services.timers().progressEvery()))) {
            return;
        }
        Optional<String> words = watch.lastWords().map(text -> Text.abbreviate(text, LONGEST_SUMMARY));
        if (words.isPresent() && !words.get().equals(lastSummary)) {
            lastProgress = now;
            lastSummary = words.get();
            services.passing().accept(new TaskProgress(taskId, lastSummary, null));
        }
    }
}
