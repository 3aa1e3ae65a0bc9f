/**
 * What agents call themselves, and what answers in JSON: {@code makima supervisor}, {@code orchestrator},
 * {@code contract} and {@code directive}. Its door is {@code AgentDoor}.
 */
@NullMarked
package dev.makima.cli.command.agent;

import org.jspecify.annotations.NullMarked;
