package dev.makima.cli.view;

import dev.makima.cli.core.Surroundings;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lines, and below them one progress line that is wiped before anything else is printed. On what is no terminal there
 * is no progress line. Any thread may call it; lines of one call stay together.
 */
public final class Screen implements AutoCloseable {
    private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final long TICK_MILLIS = 120;

    private final PrintStream out;
    private final Style style;
    private final int width;
    private final boolean terminal;
    private final Object lock = new Object();
    private @Nullable Thread ticker;
    private boolean drawn;
    private boolean closed;
    private int frame;

    /** A screen over standard output. */
    public Screen(Surroundings surroundings) {
        this.out = surroundings.out();
        this.style = Style.of(surroundings);
        this.terminal =
                surroundings.terminal() && !surroundings.variable("TERM", "").equals("dumb");
        this.width = terminal ? TerminalSize.columns(surroundings) : Integer.MAX_VALUE;
    }

    /** The style that fits it. */
    public Style style() {
        return style;
    }

    /** Its width in columns, {@link Integer#MAX_VALUE} where it is no terminal. */
    public int width() {
        return width;
    }

    /** Prints lines above the progress line. */
    public void print(List<String> lines) {
        synchronized (lock) {
            wipe();
            for (String line : lines) {
                out.println(line);
            }
            out.flush();
        }
    }

    /** Prints one line. */
    public void print(String line) {
        print(List.of(line));
    }

    /** Shows a progress line from now on; asked for its text about eight times a second, on a thread of its own. */
    public void progress(Supplier<String> text) {
        synchronized (lock) {
            if (!terminal || ticker != null || closed) {
                return;
            }
            ticker = Thread.ofPlatform().daemon().name("makima-progress").start(() -> tick(text));
        }
    }

    private void tick(Supplier<String> text) {
        synchronized (lock) {
            while (!closed) {
                String line = Printable.fit(FRAMES[frame++ % FRAMES.length] + " " + text.get(), width - 1);
                out.print("\r\u001b[2K" + style.dim(line));
                out.flush();
                drawn = true;
                try {
                    lock.wait(TICK_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private void wipe() {
        if (drawn) {
            out.print("\r\u001b[2K");
            drawn = false;
        }
    }

    /** Takes the progress line away. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            wipe();
            out.flush();
            lock.notifyAll();
        }
    }
}
