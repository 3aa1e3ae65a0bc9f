package dev.makima.cli.api;

import com.fasterxml.jackson.databind.JsonNode;

/** What a follower of a task is told, in order, on the thread that follows. */
public interface TaskEvents {
    /** The next entry of the task's output: each once, none left out. */
    void entry(JsonNode entry);

    /** The task as it is now: at once, then at every change. */
    void task(JsonNode task);

    /** The connection is lost and is being made again; nothing will be missing. Said once, however many tries it takes. */
    default void reconnecting(String why) {}
}
