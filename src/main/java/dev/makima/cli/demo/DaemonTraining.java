package dev.makima.cli.demo;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.DaemonProgram;
import dev.makima.cli.local.Futures;
import dev.makima.cli.local.Setup;
import dev.makima.protocol.Authenticated;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.SpawnTask;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * One task of a daemon, from the connection to the branch, for the training run of the daemon's start-up cache. The
 * peer is the least that a daemon takes for a server, so that nothing of the server gets into the cache.
 */
public final class DaemonTraining {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String AGENT = """
            #!/bin/sh
            [ "$1" = --version ] && { echo '2.1.0 (Claude Code)'; exit 0; }
            head -n 1 > /dev/null
            n=0
            while [ $n -lt 5000 ]; do
                echo '{"type":"assistant","message":{"content":[{"type":"text","text":"one of many lines"}]}}'
                n=$((n + 1))
            done
            echo 'trained' > trained.txt
            echo '{"type":"result","subtype":"success","is_error":false,"result":"done","num_turns":1}'
            cat > /dev/null
            """;

    private DaemonTraining() {}

    /**
     * Does it. Blocks for a few seconds.
     *
     * @param home an empty directory, which the caller deletes
     * @throws MakimaException where it does not work out
     */
    public static void run(Surroundings surroundings, Path home) {
        Vertx vertx = Futures.vertx();
        try {
            SampleRepository repository = SampleRepository.create(home.resolve("repository"));
            Promise<String> done = Promise.promise();
            HttpServer peer = Futures.await(
                    vertx.createHttpServer(
                                    new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                            .requestHandler(request -> request.toWebSocket()
                                    .onSuccess(socket -> serve(socket, repository.directory(), done)))
                            .listen(),
                    PATIENCE,
                    "the peer to listen");
            Setup setup = new Setup(
                    surroundings,
                    null,
                    Map.of(
                            "server.url",
                            "http://127.0.0.1:" + peer.actualPort(),
                            "server.apiKey",
                            "none",
                            "process.claudeCommand",
                            agent(home).toString()));
            DaemonProgram daemon =
                    DaemonProgram.start(vertx, setup.daemon(vertx).config(), setup.environment());
            Futures.await(done.future(), PATIENCE, "the task to end");
            daemon.close();
        } finally {
            Futures.close(vertx);
        }
    }

    private static void serve(ServerWebSocket socket, Path repository, Promise<String> done) {
        socket.textMessageHandler(text -> {
            if (text.contains("\"type\":\"authenticate\"")) {
                socket.writeTextMessage(FrameCodec.encode(Authenticated.base(UUID.randomUUID())));
                socket.writeTextMessage(FrameCodec.encode(task(repository)));
            } else if (text.contains("\"type\":\"taskComplete\"")) {
                done.tryComplete(text);
            }
        });
    }

    private static SpawnTask task(Path repository) {
        return SpawnTask.builder(TaskId.of(UUID.randomUUID().toString()), "Training", "Train")
                .repoUrl(repository.toString())
                .targetRepoPath(repository.toString())
                .completionAction("branch")
                .build();
    }

    private static Path agent(Path home) {
        try {
            Path agent = Files.createFile(
                    home.resolve("agent"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return Files.writeString(agent, AGENT);
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot write the agent of the training run", null, e);
        }
    }
}
