package dev.makima.daemon.link;

import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.process.RunSpool;
import dev.makima.protocol.StreamLengths;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams that one connection sends, three for each run. Used on the link's context.
 *
 * @param <F> how a stream is sent
 */
final class Feeds<F extends Feeds.Feed> {
    private final Path spoolRoot;
    private final Opener<F> opener;
    private final Map<RunId, Map<StreamName, F>> runs = new HashMap<>();

    /** None yet. */
    Feeds(Path spoolRoot, Opener<F> opener) {
        this.spoolRoot = spoolRoot;
        this.opener = opener;
    }

    /** One stream on its way. */
    interface Feed {
        /** Whether everything in the spool has arrived. */
        boolean deliveredAll();

        /** Sends nothing more. */
        void close();
    }

    /** Begins to send a stream. */
    @FunctionalInterface
    interface Opener<F> {
        /** From an offset of the spool's file. */
        F open(RunOutput run, RunSpool spool, StreamName stream, long from);
    }

    /** Begins to send a run's streams, unless it is being sent; one without a spool has nothing to send. */
    void open(RunOutput run, StreamLengths from) {
        if (runs.containsKey(run.runId())) {
            return;
        }
        Map<StreamName, F> feeds = new EnumMap<>(StreamName.class);
        spool(spoolRoot, run).ifPresent(spool -> {
            for (StreamName stream : StreamName.values()) {
                feeds.put(stream, opener.open(run, spool, stream, from.of(stream)));
            }
        });
        runs.put(run.runId(), feeds);
    }

    /**
     * The run's spool; none where it is gone, which is said, and must hold up neither other runs nor the word of this
     * one's end: there is nothing left of it to send.
     */
    static Optional<RunSpool> spool(Path spoolRoot, RunOutput run) {
        try {
            return Optional.of(RunSpool.open(spoolRoot, run.taskId(), run.runId()));
        } catch (MakimaException e) {
            System.getLogger(Feeds.class.getName())
                    .log(Level.ERROR, "task {0}: its output is lost: {1}", run.taskId(), e.explain());
            return Optional.empty();
        }
    }

    /** The stream, if it is being sent. */
    @Nullable
    F get(RunId runId, StreamName stream) {
        @Nullable Map<StreamName, F> feeds = runs.get(runId);
        return feeds == null ? null : feeds.get(stream);
    }

    /** Looks at each. */
    void forEach(Consumer<F> action) {
        runs.values().forEach(feeds -> feeds.values().forEach(action));
    }

    /** See {@link OutputLane#deliveredAll}. */
    boolean deliveredAll(RunId runId) {
        @Nullable Map<StreamName, F> feeds = runs.get(runId);
        return feeds != null && feeds.values().stream().allMatch(Feed::deliveredAll);
    }

    /** See {@link OutputLane#forget}. */
    void forget(RunId runId) {
        @Nullable Map<StreamName, F> feeds = runs.remove(runId);
        if (feeds != null) {
            feeds.values().forEach(Feed::close);
        }
    }

    /** Ends all of them. */
    void close() {
        forEach(Feed::close);
        runs.clear();
    }
}
