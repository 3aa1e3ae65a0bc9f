/**
 * What happens, what has happened and what it cost: {@code makima events}, {@code history} and {@code usage}. Its door is
 * {@code HistoryDoor}.
 */
@NullMarked
package dev.makima.cli.command.history;

import org.jspecify.annotations.NullMarked;
