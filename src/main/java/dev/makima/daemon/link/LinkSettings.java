package dev.makima.daemon.link;

import dev.makima.config.DaemonConfig.ServerLink;
import dev.makima.daemon.lease.Leases;
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
 * @param secrets what leaves this machine only masked
 * @param leases what the runs may do
 * @param answerWithin how long a server may take for each step of the handshake: to take the connection and the upgrade,
 *     to answer the first frame, to answer {@code runs}
 * @param refusedAgainAfter how long to wait, about, when a key that has worked is refused
 * @param longestWait the bound of every wait before connecting again, the configured first one too
 */
public record LinkSettings(
        ServerLink server,
        Authenticate introduction,
        DaemonDirectories directories,
        Path spoolRoot,
        Secrets secrets,
        Leases leases,
        Duration answerWithin,
        Duration refusedAgainAfter,
        Duration longestWait) {
    /** A server that has not answered by then never will. */
    public static final Duration ANSWER_WITHIN_DEFAULT = Duration.ofSeconds(10);

    /** A server that comes back is found within a minute, and many daemons do not rush at it. */
    public static final Duration LONGEST_WAIT_DEFAULT = Duration.ofSeconds(60);

    /** A key that was refused once is not good again in a minute, as a rule, and nobody is served by a storm. */
    public static final Duration REFUSED_AGAIN_AFTER_DEFAULT = Duration.ofSeconds(60);
}
