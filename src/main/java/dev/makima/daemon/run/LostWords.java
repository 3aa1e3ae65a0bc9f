package dev.makima.daemon.run;

import dev.makima.base.FullDiskException;
import dev.makima.base.StreamName;
import dev.makima.process.RunSpool;
import dev.makima.protocol.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a full disk took of an agent's words. An agent hears nothing of a write of its that failed: the end of its turn may
 * be torn or missing, and it waits for a message while the daemon waits for that end. So, once there is room and its
 * output stands still, a torn line is ended, and an agent that stays silent is asked, once for each time that the disk
 * was full. Used by the run's thread alone.
 *
 * <p>A torn line proves that words were lost, and its agent is asked soon. Without one they may be lost all the same, as where
 * a disk takes a write whole or not at all; but an agent that just works is silent too. It is asked once it has been silent
 * for so long that people are told of it, and is told no more than is known.
 *
 * <p>Whether a line stays torn cannot be known, only guessed from how long it stands still: an agent writes a line in
 * one go, and one that pauses in the middle of a line for longer than that, just after its disk was full, gets that line
 * cut in two.
 */
final class LostWords {
    private static final String TORN =
            "The last line that you printed has arrived in part, and nothing after it: nobody has read the rest.";
    private static final String MAYBE =
            "The disk was full for a while, and what you printed meanwhile may be lost. There is room again.";
    private static final String ASK = " If you have finished, say your last words and your result again, and end."
            + " If you have not, look whether your last changes to files were written, and go on.";

    private final TaskMachine machine;
    private final RunSpool spool;
    private final RunTimers timers;
    private final Duration silence;
    private final OutputDisk disk;
    private int episode;
    private Step step;
    private boolean torn;
    private long length = -1;
    private Instant since = Instant.MIN;

    private enum Step {
        /** Nothing was lost, or the agent speaks again. */
        NOTHING,
        /** An earlier daemon's agent: nobody knows what happened while no daemon looked. */
        UNSEEN,
        /** The disk was full, and there may be room again. */
        LOST,
        /** What can be read is whole. */
        WHOLE,
        /** The agent was asked. */
        ASKED
    }

    /**
     * Of an agent at its start, or where it is taken over.
     *
     * @param adopted whether an earlier daemon started it
     */
    LostWords(RunParts run, OutputDisk disk, boolean adopted) {
        this.machine = run.machine();
        this.spool = run.spool();
        this.timers = run.services().timers();
        this.silence = run.services().config().agent().silenceWarn();
        this.disk = disk;
        this.episode = disk.timesFull();
        this.step = adopted ? (disk.saidBefore() ? Step.LOST : Step.UNSEEN) : Step.NOTHING;
    }

    /**
     * To be called now and then while the agent lives and nobody stops it.
     *
     * @param idle whether it has said that it has nothing to do, or takes nothing any more
     * @return what to ask it, if that is to be done now
     */
    Optional<String> look(boolean idle, Instant now) {
        if (disk.timesFull() != episode) {
            episode = disk.timesFull();
            step = Step.LOST;
        }
        if (step == Step.NOTHING) {
            return Optional.empty();
        }
        long written = spool.length(StreamName.STDOUT);
        boolean grew = written != length;
        if (grew || disk.isFull() || machine.state() != TaskState.RUNNING) {
            // One that stands still by order, or for want of room, is not silent by itself.
            length = written;
            since = now;
            if (grew && (step == Step.WHOLE || step == Step.ASKED)) {
                step = Step.NOTHING;
            }
            return Optional.empty();
        }
        return now.isBefore(since.plus(patience())) ? Optional.empty() : next(idle, now);
    }

    /** Where nobody has seen a full disk, a line is cut only after a long time. */
    private Duration patience() {
        return switch (step) {
            case LOST -> timers.tornLineAfter();
            case WHOLE -> torn ? timers.asksAfter() : silence;
            case NOTHING, UNSEEN, ASKED -> timers.asksAfter();
        };
    }

    private Optional<String> next(boolean idle, Instant now) {
        since = now;
        switch (step) {
            case NOTHING -> {}
            case UNSEEN -> {
                torn = endLine(" and has not gone on for " + timers.asksAfter().toSeconds()
                        + " s: its rest is taken to be lost.");
                step = torn ? Step.WHOLE : Step.NOTHING;
            }
            case LOST -> {
                torn = endLine(", as the disk was full: its rest, and what the agent said after it, is lost."
                        + " There is room again.");
                step = Step.WHOLE;
            }
            case WHOLE -> {
                step = idle ? Step.NOTHING : Step.ASKED;
                if (!idle) {
                    spool.appendDaemonLine((torn ? "The agent's last line broke off" : "The disk was full")
                            + ", and it has said nothing since: its last words may be lost, and it is asked for them.");
                    return Optional.of((torn ? TORN : MAYBE) + ASK);
                }
            }
            case ASKED -> {
                step = Step.NOTHING;
                spool.appendDaemonLine("The agent was asked for its last words and has said nothing for "
                        + timers.asksAfter().toSeconds() + " s. It may think, or hang: a message may wake it,"
                        + " and a stop ends it gracefully.");
            }
        }
        return Optional.empty();
    }

    private boolean endLine(String why) {
        try {
            if (!spool.endTornLine(length)) {
                return false;
            }
        } catch (FullDiskException full) {
            // The disk is looked at again in a moment, and this begins anew.
            return false;
        }
        length++;
        spool.appendDaemonLine("The agent's last line breaks off at byte " + (length - 1) + " of its output" + why);
        return true;
    }
}
