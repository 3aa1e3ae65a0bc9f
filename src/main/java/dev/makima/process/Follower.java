package dev.makima.process;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes what a file grew by. All methods are called by the tailer's one thread, for all followers: never wait in one. */
public interface Follower {
    /**
     * How many bytes may be handed over now; 0 or less for none. When that changes, {@link Tailer#wake()} or {@link
     * Tailer.Subscription#nudge()} says so at once; without it the change is noticed within a quarter of a second.
     */
    int demand();

    /**
     * The next bytes, at least one and at most as many as were asked for: without a gap after the last ones, unless
     * {@link Tailer.Subscription#seek} was called.
     *
     * @param offset where in the file they begin
     * @param bytes valid only during the call, with an accessible array; all of it counts as taken
     */
    void accept(long offset, ByteBuffer bytes);

    /** Nothing has come for a moment: what is kept open to read more can be closed. */
    default void rests() {}

    /**
     * The file cannot be followed any more: it is missing, it shrank, or it cannot be read. Nothing comes after this.
     */
    default void failed(IOException reason) {}
}
