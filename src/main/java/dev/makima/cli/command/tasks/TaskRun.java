package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskFollower;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.Connection;
import dev.makima.cli.command.base.ConnectionOptions;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.Interrupts;
import dev.makima.cli.local.LocalStack;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One task from its creation to its end, with Ctrl-C on the way. */
final class TaskRun {
    private final Surroundings surroundings;
    private final ConnectionOptions options;
    private final Output output;

    /** Longer than a daemon takes to kill an agent that does not heed SIGTERM. */
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(8);

    private final Object lock = new Object();
    private @Nullable ApiClient api;
    private @Nullable TaskView task;
    private boolean stopWanted;
    private @Nullable Integer exitCode;

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
    int toTheEnd(ObjectNode request) {
        Interrupts interrupts = Interrupts.handle(this::stop, this::force);
        try (Connection connection =
                Connection.open(surroundings, options, LocalStack.Parts.SERVER_AND_DAEMON, true, output::note)) {
            TaskView created =
                    TaskView.of(connection.api().post("/mesh/tasks", TaskOptions.resolved(connection.api(), request)));
            output.created(created, connection.api().url().isLoopback());
            tellOfOthers(connection, created);
            started(connection.api(), created);
            JsonNode end;
            try (WaitingNote _ = new WaitingNote(connection.api(), created, output::note)) {
                end = new TaskFollower(connection.api(), 0).follow(created.id(), output);
            }
            output.ended(end);
            int code = exitCode(TaskView.of(end), interrupts.any());
            synchronized (lock) {
                exitCode = code;
            }
            return code;
        }
    }

    /** What a killed command left running is taken over by a daemon that starts here: it is not to happen unseen. */
    private void tellOfOthers(Connection connection, TaskView created) {
        if (!connection.own()) {
            return;
        }
        for (JsonNode other : connection.api().get("/mesh/tasks?limit=100").path("tasks")) {
            TaskView task = TaskView.of(other);
            if (task.active() && !task.id().equals(created.id())) {
                output.note("task " + task.shortId() + " of an earlier command still runs; it goes on here, and after"
                        + " this command too. End it with: makima tasks stop " + task.shortId());
            }
        }
    }

    static int exitCode(TaskView task, boolean interrupted) {
        return switch (task.status()) {
            case "done" -> task.doneButNotDelivered() ? ExitCode.FAILURE : ExitCode.OK;
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
            if (exitCode != null) {
                // The task is over, and only other commands that use this one's server are waited for: they start
                // another.
                leave(exitCode);
            }
            stopWanted = true;
            client = api;
            running = task;
        }
        output.note("stopping the task; its work is kept. Press Ctrl-C again to kill it");
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

    /** The second one: the agent is killed, and not much is waited for. */
    private void force() {
        ApiClient client;
        TaskView running;
        synchronized (lock) {
            client = api;
            running = task;
        }
        String left = "";
        if (client != null && running != null && !killed(client, running)) {
            left = " Task " + running.shortId() + " may still run: makima tasks show " + running.shortId();
        }
        output.close();
        surroundings.err().println("makima: stopped at once." + left);
        leave(ExitCode.INTERRUPTED);
    }

    /** Whether the task is over a moment after it was told to end at once. */
    private boolean killed(ApiClient client, TaskView running) {
        try {
            client.post("/mesh/tasks/" + running.id() + "/stop", Json.object().put("graceful", false));
            long deadline = System.nanoTime() + KILLED_WITHIN.toNanos();
            while (System.nanoTime() < deadline) {
                if (TaskView.of(client.get("/mesh/tasks/" + running.id())).ended()) {
                    return true;
                }
                LockSupport.parkNanos(50_000_000);
            }
        } catch (MakimaException e) {
            output.note("the task could not be stopped: " + e.explain());
        }
        return false;
    }

    private void leave(int code) {
        surroundings.out().flush();
        surroundings.err().flush();
        // Not exit: it would run hooks that wait for what is not to be waited for now.
        Runtime.getRuntime().halt(code);
    }
}
