package dev.makima.daemon.run;

import dev.makima.base.DiskAlarm;
import dev.makima.base.FullDiskException;
import dev.makima.base.StreamName;
import dev.makima.process.Launch;
import dev.makima.process.RunSpool;
import java.nio.file.Path;

/**
 * The disk that an agent's output goes to. The agent writes there itself, and nobody hears of a write of its that failed:
 * so the disk is looked at while it runs, and once more when it has ended. What the daemon has to write is caught up with
 * when there is room. Used by the run's thread alone.
 */
final class OutputDisk {
    private static final System.Logger LOG = System.getLogger(OutputDisk.class.getName());
    private static final long LOOK_EVERY_NANOS = 500_000_000;
    private static final String FULL =
            "The disk with the task's output is full: what the agent prints is lost, or ends it.";
    /** Of the end of the daemon's lines, in bytes. */
    private static final int LAST_LINES = 16 * 1024;

    private final TaskMachine machine;
    private final RunSpool spool;
    private final Launch launch;
    private final Path directory;
    private final DiskAlarm alarm;
    private long looked = System.nanoTime() - LOOK_EVERY_NANOS;
    private int timesFull;

    OutputDisk(TaskMachine machine, RunSpool spool, Launch launch) {
        this.machine = machine;
        this.spool = spool;
        this.launch = launch;
        this.directory = spool.directory();
        this.alarm = new DiskAlarm(
                LOG,
                "task " + machine.record().taskId(),
                "What its agent prints is lost until then, or ends it",
                directory);
    }

    /** To be called now and then; it looks only so often. */
    void look() throws InterruptedException {
        if (System.nanoTime() - looked < LOOK_EVERY_NANOS) {
            return;
        }
        lookNow();
        spool.catchUp();
        launch.catchUp();
        machine.catchUp();
    }

    private void lookNow() {
        looked = System.nanoTime();
        if (alarm.isFull()) {
            alarm.look();
        } else if (FullDiskException.isFull(directory) && !DiskAlarm.hasRoom(directory)) {
            timesFull++;
            alarm.raise();
            spool.appendDaemonLine(FULL);
        }
    }

    /** Whether it was full when last looked at. */
    boolean isFull() {
        return alarm.isFull();
    }

    /** How often it has become full since this began to look. */
    int timesFull() {
        return timesFull;
    }

    /** Whether an earlier daemon has said so lately, maybe of an earlier agent of this run. */
    boolean saidBefore() {
        return spool.tail(StreamName.DAEMON, LAST_LINES).contains(FULL);
    }

    /** The agent's end with what the disk has to do with it. */
    Ending told(Ending ending) {
        lookNow();
        if (timesFull == 0) {
            return ending;
        }
        if (ending.error() == null) {
            spool.appendDaemonLine(
                    "The disk was full while the agent ran: some of what it printed may be missing above.");
            return ending;
        }
        return new Ending(
                ending.state(),
                ending.error() + "; the disk with its output was full while it ran: free some space where " + directory
                        + " is, and start the task again");
    }
}
