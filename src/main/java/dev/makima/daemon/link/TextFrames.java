package dev.makima.daemon.link;

import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Writes frames to one connection at once, before all output that the socket does not have yet: their words masked, and
 * none that is too long for the server. Used on the link's context.
 */
final class TextFrames {
    private static final System.Logger LOG = System.getLogger(TextFrames.class.getName());

    private final WebSocket socket;
    private final Secrets secrets;
    private final long most;

    /**
     * For this socket.
     *
     * @param most server.maxFrameBytes, which is about the encoded frame
     */
    TextFrames(WebSocket socket, Secrets secrets, long most) {
        this.socket = socket;
        this.secrets = secrets;
        this.most = most;
    }

    /**
     * Sends a frame.
     *
     * @return whether it was sent: one that is too long for the server never is, which is logged
     */
    boolean send(DaemonFrame frame) {
        return write(frame).isPresent();
    }

    /** As {@link #send}; completes when the socket has it, with whether it was sent. */
    Future<Boolean> answer(DaemonFrame frame) {
        return write(frame).map(sent -> sent.map(true).otherwise(false)).orElse(Future.succeededFuture(false));
    }

    private Optional<Future<Void>> write(DaemonFrame frame) {
        String text = FrameCodec.encode(Words.masked(frame, secrets));
        // Encoded length is at most three bytes for each character: only what may be too long is measured.
        if (text.length() * 3L > most && FrameCodec.encodedSize(text) > most) {
            LOG.log(
                    Level.ERROR,
                    "a frame {0} of {1} bytes is over server.maxFrameBytes ({2}) and is not sent",
                    frame.getClass().getSimpleName(),
                    Integer.toString(FrameCodec.encodedSize(text)),
                    Long.toString(most));
            return Optional.empty();
        }
        return Optional.of(socket.writeTextMessage(text));
    }
}
