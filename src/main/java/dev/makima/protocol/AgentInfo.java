package dev.makima.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A kind of agent that a daemon can run.
 *
 * @param kind such as {@code claude}
 */
public record AgentInfo(String kind, @Nullable String version) {}
