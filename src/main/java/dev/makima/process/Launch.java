package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One agent process with its holder: feeds it and tells how it is. Nothing here waits for the agent. Thread-safe.
 */
public final class Launch {
    private final RunSpool spool;
    private final int number;
    private final LaunchDirectory directory;
    private final ProcFs proc;
    private final @Nullable Process holder;
    private final AgentInput input;
    private volatile @Nullable ProcessIdentity agent;
    private volatile @Nullable LaunchState ended;

    /**
     * Looks after a launch.
     *
     * @param holder the holder, where this very JVM started it
     */
    Launch(RunSpool spool, int number, LaunchDirectory directory, ProcFs proc, @Nullable Process holder) {
        this.spool = spool;
        this.number = number;
        this.directory = directory;
        this.proc = proc;
        this.holder = holder;
        this.input = new AgentInput(directory, proc);
    }

    /**
     * Starts an agent under a holder of its own and returns at once: {@link #state()} tells how it goes.
     *
     * @param number 1 for the run's first launch, and so on; each number once
     * @param watch how long the agent may work: a watch of its own lets it stand still when that time is over, whether or
     *     not a daemon lives, unless {@link #mayRun} gave it more. Empty for one that may work for ever and has no watch
     * @throws MakimaException CONFLICT where that number was used, IO or COMMAND_FAILED where not even the holder starts
     */
    public static Launch start(RunSpool spool, int number, LaunchSpec spec, Optional<WatchTime> watch) {
        return start(spool, number, spec, watch, ShellTools.system(), Containment.system());
    }

    static Launch start(
            RunSpool spool,
            int number,
            LaunchSpec spec,
            Optional<WatchTime> watch,
            ShellTools tools,
            Containment containment) {
        Process holder = HolderStart.start(spool, number, spec, watch, tools, containment);
        return new Launch(spool, number, LaunchDirectory.of(spool.directory(), number), ProcFs.system(), holder);
    }

    /**
     * The launch of that number, which some daemon started.
     *
     * @throws MakimaException NOT_FOUND where there is none
     */
    public static Launch attach(RunSpool spool, int number) {
        LaunchDirectory directory = LaunchDirectory.of(spool.directory(), number);
        if (!Files.isDirectory(directory.path())) {
            throw new MakimaException(ErrorCode.NOT_FOUND, "there is no such launch: " + directory.path());
        }
        return new Launch(spool, number, directory, ProcFs.system(), null);
    }

    /** The run's spool. */
    public RunSpool spool() {
        return spool;
    }

    /** Which of the run's launches this is, from 1. */
    public int number() {
        return number;
    }

    /** The launch's directory, absolute. */
    public Path directory() {
        return directory.path();
    }

    /**
     * Adds a line to what the agent is to read. It returns when the line is in the file, whether or not the agent reads.
     * Where a daemon died in the middle of a line, the next line sent has to be that same one, and is completed.
     *
     * @param line without its line break; several MB are fine
     * @throws MakimaException VALIDATION for a line break inside, CONFLICT after {@link #endInput()} or where another
     *     line lies there torn, IO where the disk does not take it: then nothing of the line was written. Of a line that
     *     did not fit whole the rest follows by {@link #catchUp}
     */
    public void send(String line) {
        input.send(line);
    }

    /** Writes what a full disk did not take of a message that it had begun to take, if it does now. */
    public void catchUp() {
        input.catchUp();
    }

    /** How many bytes were given to the agent to read so far, by all daemons. */
    public long inputLength() {
        return SpoolFiles.length(directory.in());
    }

    /**
     * Whether the agent was given something to read after it last printed anything: what it printed then answers that
     * not. Where it cannot be told, it was.
     */
    public boolean wasToldLast() {
        try {
            FileTime told = Files.getLastModifiedTime(directory.in());
            return told.compareTo(Files.getLastModifiedTime(spool.file(StreamName.STDOUT))) > 0;
        } catch (IOException e) {
            // A file of the spool is gone or cannot be looked at: then nothing is proven by it.
            return true;
        }
    }

    /**
     * Ends the agent's input, if everything sent is on its way: in the pipe or read. The agent then still reads what is
     * in the pipe, and sees the end after that.
     *
     * @return whether the input has ended; false while something is still to be handed over, which an agent that does
     *     not read can delay for ever: try again later
     */
    public boolean endInput() {
        return state().isFinal() || (identity().isPresent() && input.end());
    }

    /**
     * How it is with the agent now: a look at some small files, never a wait. Once it is {@link LaunchState.Exited} or
     * {@link LaunchState.Lost} it stays so. An attached launch whose holder never told its name stays {@link
     * LaunchState.Starting}, as nothing proves anything: give it some seconds, sweep, and take it for lost. After Exited the agent's own output is complete in the spool; what it left
     * running may go on writing.
     */
    public LaunchState state() {
        LaunchState known = ended;
        if (known != null) {
            return known;
        }
        LaunchState now = observe();
        if (now.isFinal()) {
            ended = now;
            directory.cgroup(spool.run()).ifPresent(Cgroup::remove);
        }
        return now;
    }

    /** Who the agent is, once it said so; also when it ended since. */
    public Optional<ProcessIdentity> identity() {
        ProcessIdentity known = agent;
        if (known == null) {
            known = directory.agent().orElse(null);
            agent = known;
        }
        return Optional.ofNullable(known);
    }

    /**
     * Tells the agent's watch how long it may work; nothing where it has none, as after a start without a time, or by a
     * daemon of before there were watches.
     *
     * @throws MakimaException IO where the disk does not take it: what was said before holds
     */
    public void mayRun(WatchTime watch) {
        directory.write(watch);
    }

    /** Whether the agent's watch has let all of the run stand still, since {@link #forgetStop}. */
    public boolean isStoppedByWatch() {
        return directory.isStopped();
    }

    /**
     * What the watch did is seen to: it does so again when the time is over. To be called before the run goes on: a watch
     * that is just at it says so again at its end.
     *
     * @throws MakimaException IO where the file system does not take it
     */
    public void forgetStop() {
        directory.clearStopped();
    }

    /** Everything that belongs to the run, for signals. */
    public AgentProcesses processes() {
        return new AgentProcesses(this, proc);
    }

    /** The holder's identity, once it is known. */
    Optional<ProcessIdentity> holder() {
        Optional<ProcessIdentity> recorded = directory.holder().map(LaunchDirectory.Holder::holder);
        return recorded.isPresent() || holder == null ? recorded : proc.identity(holder.pid());
    }

    private LaunchState observe() {
        Optional<LaunchState> recorded = directory.exit();
        if (recorded.isPresent()) {
            return recorded.get();
        }
        Optional<LaunchState> living = living();
        if (living.isPresent()) {
            return living.get();
        }
        // Between the two looks the agent may have told its name or the holder its end; now both are over.
        return directory
                .exit()
                .or(this::living)
                .orElseGet(() -> directory
                        .otherWorld(proc)
                        .map(LaunchState.Lost::new)
                        // It catches every signal that can be caught.
                        .orElseGet(() -> new LaunchState.Lost(
                                "its holder was killed and left no exit status, and it is gone", true)));
    }

    /** Starting or Running, as far as something of it lives or may yet. */
    private Optional<LaunchState> living() {
        boolean held = isHeld();
        Optional<ProcessIdentity> known = identity();
        if (known.isPresent()) {
            boolean lives = held || proc.isAlive(known.get());
            return lives ? Optional.of(new LaunchState.Running(known.get())) : Optional.empty();
        }
        boolean mayCome = held || (directory.otherWorld(proc).isEmpty() && isUndecided());
        return mayCome ? Optional.of(new LaunchState.Starting()) : Optional.empty();
    }

    private boolean isHeld() {
        Optional<LaunchDirectory.Holder> recorded = directory.holder();
        if (recorded.isPresent()) {
            return proc.isAlive(recorded.get().holder());
        }
        return holder != null && holder.isAlive();
    }

    /** Nothing is recorded: no proof of an end as long as a process of the run lives, or the holder is not ours to know. */
    private boolean isUndecided() {
        boolean unknown = holder == null && directory.holder().isEmpty();
        return unknown || !processes().carriers().isEmpty();
    }
}
