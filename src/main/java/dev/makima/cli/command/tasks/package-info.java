/**
 * {@code makima run}, {@code tasks} and {@code merges}: what people do with tasks and their work. Its door is
 * {@code TasksDoor}.
 */
@NullMarked
package dev.makima.cli.command.tasks;

import org.jspecify.annotations.NullMarked;
