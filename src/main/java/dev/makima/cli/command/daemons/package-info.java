/**
 * {@code makima daemons}: what people do with the daemons of a server. Its door is {@code DaemonsCommands}.
 */
@NullMarked
package dev.makima.cli.command.daemons;

import org.jspecify.annotations.NullMarked;
