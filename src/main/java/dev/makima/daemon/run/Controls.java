package dev.makima.daemon.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What a run is told from outside, until it takes nothing any more. Thread-safe. */
final class Controls {
    private static final int KEPT = 1000;

    private final BlockingQueue<Control> queue = new LinkedBlockingQueue<>();
    private boolean closed;

    /** Puts it behind the others; a stop always has room. */
    synchronized Told add(Control control) {
        if (closed) {
            return Told.TOO_LATE;
        }
        if (queue.size() >= KEPT && !(control instanceof Control.Stop)) {
            return Told.TOO_MUCH;
        }
        queue.add(control);
        return Told.TAKEN;
    }

    /** From which the run's thread takes. */
    BlockingQueue<Control> queue() {
        return queue;
    }

    /** Takes nothing from now on, and gives what nobody has taken. */
    synchronized List<Control> close() {
        closed = true;
        List<Control> left = new ArrayList<>();
        queue.drainTo(left);
        return left;
    }
}
