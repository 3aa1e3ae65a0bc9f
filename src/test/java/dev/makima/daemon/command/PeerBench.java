package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server that sends commands, for each test; no frame of its daemon may be a mistake. */
abstract class PeerBench {
    @TempDir
    Path temp;

    CommandPeer peer;

    @BeforeEach
    void start() throws IOException {
        peer = new CommandPeer(temp);
    }

    @AfterEach
    void stop() {
        assertThat(peer.server().mistakes()).isEmpty();
        peer.close();
    }
}
