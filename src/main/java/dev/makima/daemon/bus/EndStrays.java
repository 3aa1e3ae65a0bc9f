package dev.makima.daemon.bus;

import dev.makima.base.TaskId;

/** Asks that the processes of a task end whose runs this daemon's database does not know. */
public record EndStrays(TaskId taskId) {}
