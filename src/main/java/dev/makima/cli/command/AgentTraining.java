package dev.makima.cli.command;

import dev.makima.cli.core.Surroundings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * Goes through what agents call, so that the start-up cache holds it: they wait for each of their commands. Who answers is a
 * server that has nothing to say. Blocks.
 */
final class AgentTraining {
    private static final int PATIENCE_SECONDS = 20;
    private static final String SOME_ID = "00000000-0000-4000-8000-000000000000";

    private static final List<List<String>> CALLED = List.of(
            List.of("supervisor", "status"),
            List.of("supervisor", "tasks"),
            List.of("supervisor", "diff", SOME_ID),
            List.of("supervisor", "spawn", "name", "plan"),
            List.of("orchestrator", "list"),
            List.of("contract", "status"),
            List.of("tasks", "list"),
            List.of("tasks", "show", SOME_ID));

    private AgentTraining() {}

    /** Runs the commands; what fails is merely not in the cache. */
    static void run(Surroundings trained, BiConsumer<Surroundings, String[]> runner) {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> request.response()
                            .putHeader("Content-Type", "application/json")
                            .end("{\"id\":\"" + SOME_ID + "\",\"tasks\":[]}"))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Map<String, String> environment = new HashMap<>(trained.environment());
            environment.put("MAKIMA_API_URL", "http://127.0.0.1:" + server.actualPort());
            environment.put("MAKIMA_API_KEY", "none");
            environment.put("MAKIMA_TASK_ID", SOME_ID);
            environment.put("MAKIMA_CONTRACT_ID", SOME_ID);
            Surroundings called = new Surroundings(
                    trained.out(), trained.err(), trained.in(), Map.copyOf(environment), trained.directory(), false);
            CALLED.forEach(arguments -> runner.accept(called, arguments.toArray(String[]::new)));
        } catch (ExecutionException | TimeoutException e) {
            System.getLogger(AgentTraining.class.getName())
                    .log(System.Logger.Level.DEBUG, "agents' commands are not in the start-up cache", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            vertx.close();
        }
    }
}
