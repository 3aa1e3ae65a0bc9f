package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who asks nonsense by the control socket hears so at once, and keeps no place. */
class ControlMistakesTest extends RunBench {

    @Test
    void nonsenseIsAnsweredAtOnce() throws Exception {
        try (DaemonHarness _ = daemon(agents.echoes())) {
            for (String nonsense : new String[] {
                "null", "[]", "{", "{\"verb\":3}", "{\"verb\":\"clean\",\"dryRun\":\"yes\"}", "{\"verb\":\"open\"}"
            }) {
                assertThat(answer(nonsense)).as(nonsense).startsWith("{\"error\":");
            }
        }
    }

    private String answer(String request) throws Exception {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(home.resolve("daemon.sock")));
            channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
            return CompletableFuture.supplyAsync(() -> {
                        try {
                            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .get(20, TimeUnit.SECONDS);
        }
    }
}
