package dev.makima.process;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A launch whose end somebody waits for. */
final class WatchedLaunch extends TailedItem {
    private final Launch launch;
    private final Consumer<LaunchState> onEnd;

    WatchedLaunch(Launch launch, Consumer<LaunchState> onEnd, Tailer tailer) {
        super(tailer);
        this.launch = launch;
        this.onEnd = onEnd;
    }

    @Override
    Outcome look(ByteBuffer buffer) {
        LaunchState state = launch.state();
        if (!state.isFinal()) {
            return Outcome.NOTHING;
        }
        handing(() -> onEnd.accept(state));
        return Outcome.ENDED;
    }

    @Override
    public void seek(long offset) {
        // There is nothing to go to.
    }

    @Override
    public long position() {
        return 0;
    }

    @Override
    void release() {
        // Nothing is held.
    }

    @Override
    public String toString() {
        return "the watch on " + launch.directory();
    }
}
