/**
 * {@code makima contracts}: what people do with contracts. What agents do with them is in the family of agents. Its door is
 * {@code ContractsCommands}.
 */
@NullMarked
package dev.makima.cli.command.contracts;

import org.jspecify.annotations.NullMarked;
