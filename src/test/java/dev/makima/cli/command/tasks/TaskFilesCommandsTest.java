package dev.makima.cli.command.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.makima.cli.TestSurroundings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskFilesCommandsTest {
    private static final String TASK = "550e8400-e29b-41d4-a716-446655440000";

    @TempDir
    private Path directory;

    private String shown(int files) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = ("{\"worktreePath\":\"/w\",\"headSha\":\"1\",\"filesChanged\":" + files + "}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            TestSurroundings world = new TestSurroundings(directory)
                    .with(
                            "MAKIMA_API_URL",
                            "http://127.0.0.1:" + server.getAddress().getPort())
                    .with("MAKIMA_API_KEY", "mk_x");
            assertThat(world.run("tasks", "worktree", TASK)).as(world.err()).isZero();
            return world.out();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void oneFileIsNoneOfSeveral() throws IOException {
        assertThat(shown(1)).contains("Changed 1 file, +0 -0");
        assertThat(shown(2)).contains("Changed 2 files, +0 -0");
    }
}
