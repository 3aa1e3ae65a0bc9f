package dev.makima.daemon.link;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.protocol.OutputRewind;
import dev.makima.protocol.StreamAck;
import dev.makima.protocol.StreamLengths;
import io.vertx.core.Future;
import java.util.Map;

/**
 * How output leaves on one connection. Its methods are called on the link's context; what it reads and sends happens on
 * the tailer's thread.
 */
sealed interface OutputLane permits PieceOutput, LineOutput {
    /** Sends the run's output from what is known to have been delivered. */
    void open(RunOutput run);

    /** Sends the run's output from where the server says it is. */
    void open(RunOutput run, StreamLengths from);

    /** The server has committed this much. */
    void acknowledged(StreamAck ack);

    /** The server wants output again from an earlier place. */
    void rewind(OutputRewind rewind);

    /**
     * Whether everything the run wrote has arrived. To be asked only of a run that writes no more.
     */
    boolean deliveredAll(RunId runId);

    /** The run is done with: nothing of it is sent any more. */
    void forget(RunId runId);

    /**
     * Reads nothing more, and completes when all that was sent is known to have arrived: what is not known is sent again
     * by the next daemon. At once where the server says by itself what it has.
     */
    default Future<Void> stop() {
        return Future.succeededFuture();
    }

    /** The connection is over. */
    void close();

    /** How much of a run is known to have arrived. */
    record Progress(RunId runId, Map<StreamName, Long> lengths) {}
}
