package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskFollower;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.local.Interrupts;
import dev.makima.cli.local.LocalStack;
import org.jspecify.annotations.Nullable;

/** One task from its creation to its end, with Ctrl-C on the way. */
final class TaskRun {
    private final Surroundings surroundings;
    private final ConnectionOptions options;
    private final Output output;

    private final Object lock = new Object();
    private @Nullable ApiClient api;
    private @Nullable TaskView task;
    private boolean stopWanted;

    TaskRun(Surroundings surroundings, ConnectionOptions options, Output output) {
        this.surroundings = surroundings;
        this.options = options;
        this.output = output;
    }

    /**
     * Creates the task, shows it, and waits for its end. Blocks.
     *
     * @return the exit code
     */
    int toTheEnd(JsonNode request) {
        Interrupts interrupts = Interrupts.handle(this::stop, this::force);
        try (Connection connection =
                Connection.open(surroundings, options, LocalStack.Parts.SERVER_AND_DAEMON, true, output::note)) {
            TaskView created = TaskView.of(connection.api().post("/mesh/tasks", request));
            output.created(created, connection.api().url().isLoopback());
            started(connection.api(), created);
            JsonNode end = new TaskFollower(connection.api(), 0).follow(created.id(), output);
            output.ended(end);
            return exitCode(TaskView.of(end), interrupts.any());
        }
    }

    static int exitCode(TaskView task, boolean interrupted) {
        return switch (task.status()) {
            case "done" -> ExitCode.OK;
            case "interrupted" -> interrupted ? ExitCode.INTERRUPTED : ExitCode.FAILURE;
            default -> interrupted ? ExitCode.INTERRUPTED : ExitCode.FAILURE; // a String from outside
        };
    }

    private void started(ApiClient client, TaskView created) {
        synchronized (lock) {
            api = client;
            task = created;
            if (!stopWanted) {
                return;
            }
        }
        // Ctrl-C came while everything was still being set up.
        ask(client, created);
    }

    /** The first Ctrl-C: on a thread of its own, while the follower goes on printing. */
    private void stop() {
        ApiClient client;
        TaskView running;
        synchronized (lock) {
            stopWanted = true;
            client = api;
            running = task;
        }
        output.note("stopping the task; its work is kept. Press Ctrl-C again to leave at once");
        if (client != null && running != null) {
            ask(client, running);
        }
    }

    private void ask(ApiClient client, TaskView running) {
        try {
            client.post("/mesh/tasks/" + running.id() + "/stop", Json.object().put("graceful", true));
        } catch (MakimaException e) {
            output.note("the task could not be stopped: " + e.explain());
        }
    }

    /** The second one: nothing is waited for. An agent of an embedded daemon goes on; the next start deals with it. */
    private void force() {
        TaskView running;
        synchronized (lock) {
            running = task;
        }
        output.close();
        String where = running == null
                ? ""
                : " The next makima command that starts here ends or adopts task " + running.shortId() + ".";
        surroundings.err().println("makima: left without waiting." + where);
        surroundings.err().flush();
        // Not exit: it would run hooks that wait for what a second Ctrl-C does not want to wait for.
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
}
