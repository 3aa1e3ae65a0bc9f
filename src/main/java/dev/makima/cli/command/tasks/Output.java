package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.TaskEvents;
import dev.makima.cli.api.TaskView;

/** How the events of a task reach the user: for people or for programs. */
interface Output extends TaskEvents, AutoCloseable {
    /** Something worth knowing before or beside the task. */
    void note(String text);

    /** The task was made. */
    void created(TaskView task, boolean here);

    /** The task has ended. */
    void ended(JsonNode task);

    /** Takes a progress line away. */
    @Override
    void close();
}
