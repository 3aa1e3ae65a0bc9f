package dev.makima.daemon.link;

import dev.makima.base.RunId;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.lease.Leases;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.Resume;
import dev.makima.protocol.ResumedRun;
import dev.makima.protocol.RunStanding;
import dev.makima.protocol.Runs;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.StreamLengths;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The runs a daemon has not finished sending, as it offers them on connect, and what the server answers. */
record OfferedRuns(List<RunOutput> runs, Runs frame) {
    private static final System.Logger LOG = System.getLogger(OfferedRuns.class.getName());

    /** The runs with the lengths of their spools. */
    static OfferedRuns of(List<RunOutput> runs, Path spoolRoot) {
        return new OfferedRuns(
                List.copyOf(runs),
                new Runs(runs.stream().map(run -> standing(run, spoolRoot)).toList()));
    }

    private static RunStanding standing(RunOutput run, Path spoolRoot) {
        StreamLengths lengths = Feeds.spool(spoolRoot, run)
                .map(spool -> StreamLengths.from(spool::length))
                .orElse(StreamLengths.NONE);
        return new RunStanding(run.taskId(), run.runId(), run.fence(), run.state(), lengths);
    }

    /** A run with a lease ends by that. */
    private static void interrupt(RunOutput run, Leases leases, Consumer<ServerFrame> command) {
        if (!run.state().isTerminal() && !leases.has(run.runId())) {
            command.accept(new InterruptTask(run.taskId(), true));
        }
    }

    /** Opens what goes on, and asks for the end of what must not. A run the server does not know keeps its spool. */
    void apply(Resume resume, OutputLane output, OutboxLane outbox, Leases leases, Consumer<ServerFrame> command) {
        Map<RunId, ResumedRun> answers =
                resume.runs().stream().collect(Collectors.toMap(ResumedRun::runId, Function.identity(), (a, _) -> a));
        for (RunOutput run : runs) {
            @Nullable ResumedRun answer = answers.get(run.runId());
            if (answer == null) {
                LOG.log(Level.WARNING, "the server says nothing of run {0} of task {1}", run.runId(), run.taskId());
                continue;
            }
            leases.judge(run.runId(), run.fence(), answer.verdict());
            switch (answer.verdict()) {
                case CONTINUE -> output.open(run, answer.lengths());
                case CANCEL -> {
                    LOG.log(Level.INFO, "the server ends task {0}", run.taskId());
                    interrupt(run, leases, command);
                    output.open(run, answer.lengths());
                }
                case FENCED -> {
                    LOG.log(Level.WARNING, "task {0} is another daemon''s: its run here ends", run.taskId());
                    interrupt(run, leases, command);
                    outbox.fenced(run);
                }
                case UNKNOWN -> {
                    LOG.log(Level.WARNING, "the server does not know task {0}; its output is kept", run.taskId());
                    outbox.unknown(run.taskId(), run.fence());
                }
            }
        }
    }
}
