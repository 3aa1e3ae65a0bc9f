package dev.makima.daemon.link;

import dev.makima.config.DaemonConfig.ServerLink;
import dev.makima.protocol.Authenticate;
import dev.makima.protocol.DaemonDirectories;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a link needs to know.
 *
 * @param server where the server is and how patient to be with it
 * @param introduction the first frame of every connection
 * @param directories the frame after the handshake
 * @param spoolRoot where the runs' spools are
 * @param handshakeWithin how long a server may take to answer the first frame
 */
public record LinkSettings(
        ServerLink server,
        Authenticate introduction,
        DaemonDirectories directories,
        Path spoolRoot,
        Duration handshakeWithin) {
    /** A server that has not answered the first frame by then never will. */
    public static final Duration HANDSHAKE_WITHIN_DEFAULT = Duration.ofSeconds(10);
}
