package dev.makima.protocol;

import java.util.UUID;

/** Start a login without a task. */
public record TriggerReauth(UUID requestId) implements ServerFrame {}
