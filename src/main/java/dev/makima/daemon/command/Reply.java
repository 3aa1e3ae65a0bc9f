package dev.makima.daemon.command;

import dev.makima.daemon.store.Done;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.protocol.DaemonFrame;
import java.util.List;
import java.util.function.Function;

/**
 * What a command came to.
 *
 * @param frames the answer, and what else is to be said; nothing where nobody wants to know
 * @param saving how the frames are saved where they have to last: with what is to be noted in the same transaction
 */
record Reply(List<DaemonFrame> frames, Function<List<Event>, StoreRequest<Done>> saving) {
    Reply {
        frames = List.copyOf(frames);
    }

    /** An answer with nothing to note. */
    static Reply of(DaemonFrame... frames) {
        return new Reply(List.of(frames), StoreRequest.AddEvents::new);
    }

    /** The same answer, saved by another request. */
    Reply saving(Function<List<Event>, StoreRequest<Done>> request) {
        return new Reply(frames, request);
    }
}
