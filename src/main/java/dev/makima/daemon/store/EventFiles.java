package dev.makima.daemon.store;

import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import dev.makima.protocol.DaemonFrame;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Events whose patches lie in files. Blocking; thread-safe. */
final class EventFiles {
    private static final System.Logger LOG = System.getLogger(EventFiles.class.getName());

    private final PayloadFiles files;

    EventFiles(PayloadFiles files) {
        this.files = files;
    }

    /** Whether any of the events has a part that goes into a file. */
    static boolean anyIn(List<Event> events) {
        return events.stream().anyMatch(event -> Payload.of(event.frame()).isPresent());
    }

    /** The files that these events name. */
    static List<String> of(List<Event> events) {
        return events.stream().map(Event::payloadFile).filter(Objects::nonNull).toList();
    }

    /**
     * The events as rows hold them, their files written.
     *
     * @throws MakimaException IO where the disk does not take what the event is nothing without; no file is left then
     */
    List<Event> written(List<Event> events) {
        List<Event> written = new ArrayList<>();
        for (Event event : events) {
            try {
                written.add(written(event));
            } catch (RuntimeException e) {
                files.delete(of(written));
                throw e;
            }
        }
        return written;
    }

    private Event written(Event event) {
        Optional<String> payload = Payload.of(event.frame());
        if (payload.isEmpty()) {
            return event;
        }
        try {
            return event.with(Payload.takenFrom(event.frame()), files.write(payload.get()));
        } catch (FullDiskException e) {
            // There will be room again: who adds the event tries again.
            throw e;
        } catch (MakimaException e) {
            DaemonFrame rest =
                    Payload.without(event.frame(), "it could not be saved").orElseThrow(() -> e);
            LOG.log(Level.ERROR, "task {0}: a checkpoint goes without its patch: {1}", event.taskId(), e.explain());
            return event.with(rest, null);
        }
    }

    /**
     * The event's frame as a whole.
     *
     * @throws MakimaException NOT_FOUND where its file is gone; IO where it cannot be read
     */
    DaemonFrame whole(Event event) {
        return event.payloadFile() == null
                ? event.frame()
                : Payload.putBack(event.frame(), files.read(event.payloadFile()));
    }
}
