package dev.makima.cli.view;

import dev.makima.cli.core.Surroundings;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A line on standard error while something is waited for, gone again when it is closed. On what is no terminal there is
 * none, so that nothing of it is ever read by a program. Any thread may close it.
 */
public final class Progress implements AutoCloseable {
    /** What is over sooner needs no line. */
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private static final Duration EVERY = Duration.ofMillis(250);
    private static final String WIPE = "\r\u001b[2K";

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread ticker;

    private Progress(Surroundings surroundings, Style style, Supplier<String> text, Duration patience) {
        long since = System.nanoTime();
        this.ticker = Thread.ofPlatform()
                .daemon()
                .name("makima-waiting")
                .start(() -> tick(surroundings, style, text, patience, since));
    }

    /**
     * Shows a line from a moment later on.
     *
     * @param text what is waited for, without the time that it has taken; asked on a thread of its own
     */
    public static Progress show(Surroundings surroundings, Supplier<String> text) {
        return show(surroundings, text, PATIENCE);
    }

    static Progress show(Surroundings surroundings, Supplier<String> text, Duration patience) {
        boolean seen =
                surroundings.errTerminal() && !surroundings.variable("TERM", "").equals("dumb");
        if (!seen) {
            return new Progress();
        }
        Style style = surroundings.variable("NO_COLOR", "").isEmpty() ? Style.COLOURED : Style.PLAIN;
        return new Progress(surroundings, style, text, patience);
    }

    /** One that shows nothing. */
    private Progress() {
        this.ticker = Thread.currentThread();
    }

    private void tick(Surroundings surroundings, Style style, Supplier<String> text, Duration patience, long since) {
        PrintStream err = surroundings.err();
        boolean drawn = false;
        try {
            if (closed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            int width = TerminalSize.columns(surroundings); // starts a process, so not before it is needed
            do {
                long millis = (System.nanoTime() - since) / 1_000_000;
                String line = Printable.line(text.get()) + ", " + Amounts.duration(millis / 1000 * 1000);
                err.print(WIPE + style.dim(Printable.fit(line, width - 1)));
                err.flush();
                drawn = true;
            } while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (drawn) {
            err.print(WIPE);
            err.flush();
        }
    }

    /** Takes the line away; what is printed next is below nothing of it. */
    @Override
    public void close() {
        closed.countDown();
        if (!ticker.equals(Thread.currentThread())) {
            try {
                ticker.join(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
