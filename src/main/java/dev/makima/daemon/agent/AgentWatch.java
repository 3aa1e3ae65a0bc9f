package dev.makima.daemon.agent;

import dev.makima.agent.AgentSignal;
import dev.makima.agent.AgentSignals;
import dev.makima.agent.CompletionGate;
import dev.makima.agent.GateScanner;
import dev.makima.base.StreamName;
import dev.makima.process.Follower;
import dev.makima.process.LineConsumer;
import dev.makima.process.LineScanner;
import dev.makima.process.RunSpool;
import dev.makima.process.Tailer;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the agent says for the few things that the run acts on: the end of a turn, work that goes on in the
 * background, a failed login, the latest activity, the completion gate.
 *
 * <p>It keeps what was seen instead of handing on each line, so that an agent which prints a hundred thousand lines
 * costs no queue; and what was said is parsed when somebody asks for it ({@link LastWords}). Lines come on the tailer's thread; every other method may be called from any thread.
 */
public final class AgentWatch implements Follower, LineConsumer, AutoCloseable {
    private static final int PIECE = 64 * 1024;
    private static final int LONGEST_LINE_READ = 32 * 1024 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final LineScanner lines;
    private final LastWords words;
    private final GateScanner gates = new GateScanner();
    private final Clock clock;
    private final UnaryOperator<String> masked;
    private final Runnable look;
    private final Tailer.Subscription subscription;

    private long readTo;
    private @Nullable Instant lastOutput;
    private AgentSignal.@Nullable TurnEnded lastTurn;
    private boolean turnIsLastLine;
    private boolean betweenTurns;
    private int liveBackground;
    private @Nullable String loginFailure;
    private boolean looking;

    /**
     * Starts to read the run's standard output where the agent's part of it begins: what an earlier daemon's watch knew
     * is read again.
     *
     * @param from the offset of that part
     * @param masked a text without what no output may show
     * @param look called on the tailer's thread after something the run has to look at; must not block
     */
    public AgentWatch(
            Tailer tailer, RunSpool spool, long from, Clock clock, UnaryOperator<String> masked, Runnable look) {
        this.clock = clock;
        this.masked = masked;
        this.words = new LastWords(spool.file(StreamName.STDOUT), masked);
        this.look = look;
        this.readTo = from;
        this.lines = new LineScanner(LONGEST_LINE_READ, from);
        this.subscription = tailer.follow(spool.file(StreamName.STDOUT), from, this);
    }

    @Override
    public int demand() {
        return PIECE;
    }

    @Override
    public void accept(long offset, ByteBuffer bytes) {
        lock.lock();
        try {
            readTo = offset + bytes.remaining();
            lastOutput = clock.instant();
            lines.accept(bytes, this);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        if (looking) {
            looking = false;
            look.run();
        }
    }

    @Override
    public void line(byte[] buffer, int from, int to, long offset) {
        turnIsLastLine = false;
        AgentSignals.Weight weight = AgentSignals.weigh(buffer, from, to);
        if (weight == AgentSignals.Weight.WORDS && gates.isIdle() && loginFailure == null) {
            // It changes nothing in a gate, and takes nothing back.
            words.add(offset, offset + (to - from));
        } else if (weight != AgentSignals.Weight.NOTHING) {
            AgentSignals.parse(buffer, from, to).forEach(this::note);
        }
    }

    @Override
    public void oversized(byte[] buffer, int from, int to, long offset, long length) {
        // Nothing the run acts on is that long; the line is sent and stored all the same.
        turnIsLastLine = false;
    }

    private void note(AgentSignal signal) {
        switch (signal) {
            case AgentSignal.TurnEnded turn -> {
                lastTurn = turn.withWords(masked);
                turnIsLastLine = true;
                gates.message(lastTurn.text());
                betweenTurns = turn.queuedTurns() == 0;
                if (!turn.isError()) {
                    loginFailure = null;
                }
                looking = true;
            }
            case AgentSignal.BackgroundTasks background -> {
                liveBackground = background.live();
                looking = true;
            }
            case AgentSignal.AuthenticationFailed failed -> {
                loginFailure = masked.apply(failed.detail());
                looking = true;
            }
            case AgentSignal.Initialized _ -> betweenTurns = false;
            case AgentSignal.Said said -> {
                String text = masked.apply(said.text());
                loginFailure = null;
                words.said(text);
                gates.message(text);
            }
            case AgentSignal.UsedTool _ -> loginFailure = null;
            case AgentSignal.Retrying _, AgentSignal.ControlAnswered _ -> {}
        }
    }

    /**
     * Whether the agent waits for input: its turn ended, and neither queued messages nor background work follow.
     *
     * @param written how much the agent has written: what was not read yet may say otherwise
     */
    public boolean idle(long written) {
        return locked(() -> readTo >= written && betweenTurns && liveBackground == 0);
    }

    /** The last turn's end, if one was seen. */
    public Optional<AgentSignal.TurnEnded> lastTurn() {
        return locked(() -> Optional.ofNullable(lastTurn));
    }

    /**
     * The last turn's end where it is the last line of all, a torn one included, and nothing was to follow it. To be asked
     * after {@link #finish()}.
     *
     * @param written how much the agent has written: what was not read may say otherwise
     */
    public Optional<AgentSignal.TurnEnded> lastWord(long written) {
        return idle(written) && locked(() -> turnIsLastLine) ? lastTurn() : Optional.empty();
    }

    /** When the agent last printed anything. */
    public Optional<Instant> lastOutput() {
        return locked(() -> Optional.ofNullable(lastOutput));
    }

    /** What the agent said of a failed login, if it did and its model has not answered since. */
    public Optional<String> loginFailure() {
        return locked(() -> Optional.ofNullable(loginFailure));
    }

    /** The agent's last words, for a progress summary. */
    public Optional<String> lastWords() {
        return locked(words::last);
    }

    /** The last completion gate that the agent printed. */
    public Optional<CompletionGate> gate() {
        return locked(gates::last);
    }

    /** A message is handed over: the agent is not idle until it has answered. Gives whether it was idle. */
    public boolean expectTurn() {
        return locked(() -> {
            boolean was = betweenTurns;
            betweenTurns = false;
            return was;
        });
    }

    /** The message was not handed over after all, and the agent was idle before. */
    public void expectNoTurn() {
        locked(() -> {
            betweenTurns = true;
            return true;
        });
    }

    /**
     * Waits until everything up to an offset was read, as long as reading gets on.
     *
     * @param stall give up when nothing was read for this long
     * @return whether all of it was read
     */
    public boolean awaitReadTo(long offset, Duration stall) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (readTo < offset) {
                if (!moved.await(stall.toMillis(), TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Reads the unterminated rest as the last line; to be called once the agent is gone and all was read. */
    public void finish() {
        locked(() -> {
            return lines.finish(this);
        });
    }

    @Override
    public void close() {
        subscription.close();
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }
}
